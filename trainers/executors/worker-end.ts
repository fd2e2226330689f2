import { messageOf, ToolkitError } from '../../core/errors.ts';
import type { ProcessResult } from '../../core/subprocess.ts';
import { processFailure } from '../trainer-failure.ts';

/**
 * How a worker ended.
 * - `finished`: no job waits
 * - `died`: it was killed, or its machine went; another one may do better
 * - `failed`: another one would fail as well
 */
export type WorkerEnd = { how: 'finished' } | { how: 'died' | 'failed'; error: ToolkitError };

/** Python itself ends with 1 on anything uncaught: that is no job that has told its error. */
const [GOOD, JOB_FAILED] = [0, 10];
/** From here on a shell tells the number of the signal that ended a process; a worker ends with 143 on SIGTERM. */
const SIGNALLED = 128;

/** How a trainer's process ended, by its exit code. @param told an error that concerns no job alone */
export function workerEnd(name: string, result: Omit<ProcessResult, 'stdout'>, told?: ToolkitError): WorkerEnd {
  if (told !== undefined) return { how: 'failed', error: told };
  const { exitCode, signal } = result;
  if (exitCode === GOOD || exitCode === JOB_FAILED) return { how: 'finished' };
  const died = signal !== undefined || (exitCode ?? SIGNALLED) >= SIGNALLED;
  return { how: died ? 'died' : 'failed', error: processFailure(name, { ...result, stdout: '' }) };
}

/** What kept a worker from being started or followed, as its end. */
export function workerFailed(error: unknown): WorkerEnd {
  if (error instanceof ToolkitError) return { how: 'failed', error };
  return { how: 'failed', error: new ToolkitError({ kind: 'failed', what: messageOf(error), cause: error }) };
}
