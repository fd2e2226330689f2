import { ToolkitError } from '../core/errors.ts';
import { runProcess } from '../core/subprocess.ts';

const TIMEOUT_MS = 20_000;

/** What nvidia-smi prints; `undefined` where there is none, or no driver. @throws ToolkitError (interrupted) on abort */
export async function nvidiaSmi(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const name = 'nvidia-smi';
  try {
    const result = await runProcess({ name, command: name, args, env, signal, timeoutMs: TIMEOUT_MS });
    return result.exitCode === 0 ? result.stdout : undefined;
  } catch (error) {
    if (error instanceof ToolkitError && error.kind !== 'interrupted') return undefined;
    throw error;
  }
}
