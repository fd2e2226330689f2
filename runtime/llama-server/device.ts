import { runProcess } from '../../core/subprocess.ts';
import type { ServerProgram } from './server-process.ts';

/**
 * Whether llama-server would run on the processor alone. There, flash attention, which it would take, is three times slower on a long prompt, and
 * rounds an f32 cache.
 * @throws ToolkitError (environment) where it cannot be started
 */
export async function runsOnProcessor(
  { env }: Pick<ServerProgram, 'env'>,
  command: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const { stdout } = await runProcess({ name: 'llama-server', command, args: ['--list-devices'], env, signal });
  return /^Available devices:\s+\(none\)/m.test(stdout);
}
