import type { Executor, WorkersRun } from './executor.ts';
import { gpuTurns } from './gpu-turns.ts';
import { queueArguments } from './queue-arguments.ts';
import { trainerProcessEnd } from './run-trainer-process.ts';
import { type WorkerEnd, workerFailed } from './worker-end.ts';

/**
 * Workers as child processes of this one.
 * @param gpus indexes or UUIDs; each worker gets one for itself, or where there are fewer the one with the fewest workers. []: no worker sees one; absent: all see what the environment says
 * @param locks folder in which all trainings of the machine say which GPUs they are on
 */
export function localExecutor(gpus?: readonly string[], locks?: string): Executor {
  const turns = gpus !== undefined && gpus.length > 0 ? gpuTurns(gpus, locks) : undefined;
  const work = async (worker: number, run: WorkersRun): Promise<WorkerEnd> => {
    let gpu: string | undefined;
    try {
      gpu = await turns?.take(run.signal, run.onWait);
      const env = { ...run.env, ...(gpus && { CUDA_VISIBLE_DEVICES: gpu ?? '' }) };
      return await trainerProcessEnd(run.trainer.process(queueArguments(run.queue, worker)), { ...run, env });
    } catch (error) {
      return gpu === undefined && run.signal.aborted ? { how: 'finished' } : workerFailed(error);
    } finally {
      if (gpu !== undefined) await turns?.giveBack(gpu);
    }
  };
  return { name: 'local', start: (workers, run) => workers.map((worker) => work(worker, run)) };
}
