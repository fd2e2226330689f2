import type { Executor, WorkersRun } from './executor.ts';
import type { ExecutorSettings } from './executor-settings.ts';
import { followWorker } from './follow-worker.ts';
import { type SlurmArray, submitSlurmArray } from './slurm-array.ts';
import { workerFailed } from './worker-end.ts';
import { prepareWorkerFiles, workerFiles, writeWorkerScript } from './worker-script.ts';

/** Before the end of its time a worker gets SIGTERM, so early that it can write a checkpoint. */
const WARNING_SECONDS = 120;

/** Workers as tasks of Slurm arrays. The folders of the queue, the workspace and the toolkit lie on a file system that all nodes see. */
export function slurmExecutor(settings: ExecutorSettings['slurm']): Executor {
  return {
    name: 'slurm',
    start(workers, run) {
      const process = run.trainer.process(['--queue', run.queue]);
      const array = submit(workers, settings, run);
      void array.then((submitted) => cancelOnAbort(submitted, run.signal, process.graceMs)).catch(() => {});
      const follow = async (number: number) => {
        const submitted = await array;
        return followWorker({ number, name: process.name, isOver: () => submitted.isOver(number) }, run);
      };
      return workers.map((number) => follow(number).catch(workerFailed));
    },
  };
}

async function submit(workers: readonly number[], settings: ExecutorSettings['slurm'], run: WorkersRun) {
  await Promise.all(workers.map((worker) => prepareWorkerFiles(run.queue, worker)));
  const script = await writeWorkerScript(run.queue, run.trainer.process(['--queue', run.queue]));
  // The task's GPUs are Slurm's to name. What the user has set for sbatch itself holds.
  const { CUDA_VISIBLE_DEVICES, ...env } = run.env;
  return submitSlurmArray(script, [...optionsOf(settings), ...own(workers, run.queue)], env);
}

function optionsOf({ partition, time, gpus, cpus, memory, options }: ExecutorSettings['slurm']): string[] {
  return [
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(time === undefined ? [] : [`--time=${time}`, `--signal=B:TERM@${WARNING_SECONDS}`]),
    ...(gpus === 0 ? [] : [`--gres=gpu:${gpus}`]),
    ...(memory === undefined ? [] : [`--mem=${memory}`]),
    `--cpus-per-task=${cpus}`,
    ...options,
  ];
}

/** What cannot be chosen. A lost worker is replaced by another one, not started again by Slurm. */
function own(workers: readonly number[], queue: string): string[] {
  return [
    `--array=${workers.join(',')}`,
    '--job-name=dualtune',
    '--no-requeue',
    '--open-mode=append',
    `--output=${workerFiles(queue.replaceAll('%', '%%'), 0).log.replace(/0\.log$/, '%a.log')}`,
  ];
}

/** Workers see that the queue is closed, and end with a checkpoint; what has not ended by itself after the grace is killed. */
async function cancelOnAbort(array: SlurmArray, signal: AbortSignal, graceMs: number): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await array.cancel('waiting');
  setTimeout(() => void array.cancel('all'), graceMs).unref();
}
