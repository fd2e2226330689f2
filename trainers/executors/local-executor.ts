import type { Executor, WorkersRun } from './executor.ts';
import { queueArguments } from './queue-arguments.ts';
import { trainerProcessEnd } from './run-trainer-process.ts';
import { type WorkerEnd, workerFailed } from './worker-end.ts';

/** Workers as child processes of this one. @param gpus indexes or UUIDs; each worker gets the one with the fewest. []: no worker sees one; absent: all see what the environment says */
export function localExecutor(gpus?: readonly string[]): Executor {
  const load = new Map(gpus?.map((gpu) => [gpu, 0]));
  const work = async (worker: number, run: WorkersRun): Promise<WorkerEnd> => {
    const gpu = [...load.keys()].toSorted((a, b) => load.get(a)! - load.get(b)!)[0];
    const add = (count: number) => gpu !== undefined && load.set(gpu, load.get(gpu)! + count);
    const env = { ...run.env, ...(gpus && { CUDA_VISIBLE_DEVICES: gpu ?? '' }) };
    add(1);
    try {
      return await trainerProcessEnd(run.trainer.process(queueArguments(run.queue, worker)), { ...run, env });
    } catch (error) {
      return workerFailed(error);
    } finally {
      add(-1);
    }
  };
  return { name: 'local', start: (workers, run) => workers.map((worker) => work(worker, run)) };
}
