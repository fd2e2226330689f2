import { runProcess } from '../../core/subprocess.ts';
import type { TrainerProcess } from '../trainer.ts';
import { eventReader } from './event-reader.ts';
import type { WorkersRun } from './executor.ts';
import { type WorkerEnd, workerEnd } from './worker-end.ts';

export type ProcessRun = Pick<WorkersRun, 'env' | 'signal' | 'onEvent' | 'onLog'>;

/**
 * Runs a trainer's process on this machine to its end, telling its events.
 * @throws ToolkitError where the process itself failed: it could not start, was killed, or was interrupted
 */
export async function runTrainerProcess(process: TrainerProcess, run: ProcessRun): Promise<void> {
  const end = await trainerProcessEnd(process, run);
  if (end.how !== 'finished') throw end.error;
}

/** The same, told as a worker's end. @throws ToolkitError where it could not start, or was interrupted */
export async function trainerProcessEnd(
  { name, command, args, env: own, graceMs }: TrainerProcess,
  run: ProcessRun,
): Promise<WorkerEnd> {
  const reader = eventReader(name, run.onEvent);
  const result = await runProcess({
    name,
    command,
    args,
    env: { ...run.env, ...own },
    signal: run.signal,
    graceMs,
    onStderrLine: run.onLog,
    onStdoutLine: reader.readLine,
  });
  return workerEnd(name, result, reader.told);
}
