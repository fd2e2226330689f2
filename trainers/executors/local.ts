import { runProcess } from '../../core/subprocess.ts';
import type { TrainerProcess } from '../trainer.ts';
import { eventReader } from './event-reader.ts';
import type { WorkersRun } from './executor.ts';
import { type WorkerEnd, workerEnd } from './worker-end.ts';

export type LocalRun = Pick<WorkersRun, 'env' | 'signal' | 'onEvent' | 'onLog'>;

/** A child process on this machine. */
export const LOCAL = {
  /** Runs a trainer's process to its end. @throws ToolkitError where the process itself failed: it could not start, was killed, or was interrupted */
  async run(process: TrainerProcess, run: LocalRun): Promise<void> {
    const end = await LOCAL.runToEnd(process, run);
    if (end.how !== 'finished') throw end.error;
  },

  /** The same, told as a worker's end. @throws ToolkitError where it could not start, or was interrupted */
  async runToEnd({ name, command, args, env: own, graceMs }: TrainerProcess, run: LocalRun): Promise<WorkerEnd> {
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
  },
};
