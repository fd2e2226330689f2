import { join } from 'node:path';
import type { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { runProcess } from '../../core/subprocess.ts';
import { OFFLINE_PYTHON } from '../offline-python.ts';

export type BenchRun = Pick<Context, 'env' | 'signal'> & { python: string };

/** Runs a Python script of the bench that prints one JSON object. @throws ToolkitError (failed) with the end of what Python says */
export async function benchScript<T>(
  { env, signal, python }: BenchRun,
  { script, args, schema }: { script: string; args: readonly string[]; schema: z.ZodType<T> },
): Promise<T> {
  const path = join(import.meta.dirname, '..', 'python', script);
  const own = { ...env, ...OFFLINE_PYTHON };
  const result = await runProcess({ name: script, command: python, args: [path, ...args], env: own, signal });
  if (result.exitCode === 0) return schema.parse(JSON.parse(result.stdout.trim().split('\n').at(-1)!));
  throw new ToolkitError({ kind: 'failed', what: `${script} failed`, found: result.stderrTail });
}
