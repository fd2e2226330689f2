import { basename } from 'node:path';
import type { Executor, WorkersRun } from './executor.ts';
import type { ExecutorSettings } from './executor-settings.ts';
import { followWorker } from './follow-worker.ts';
import { type RayJobs, rayJobs } from './ray-jobs.ts';
import { shellQuote } from './shell-quote.ts';
import { type WorkerEnd, workerFailed } from './worker-end.ts';
import { prepareWorkerFiles, writeWorkerScript } from './worker-script.ts';

/** Workers as jobs of a Ray cluster. The folders of the queue, the workspace and the toolkit lie on a file system that all nodes see. @param token of the cluster */
export function rayExecutor(settings: ExecutorSettings['ray'], token?: string): Executor {
  const jobs = rayJobs(settings.address, token);
  return {
    name: 'ray',
    start(workers, run) {
      const script = writeWorkerScript(run.queue, run.trainer.process(['--queue', run.queue]));
      return workers.map((worker) => work(worker, script, jobs, settings, run).catch(workerFailed));
    },
  };
}

async function work(
  number: number,
  script: Promise<string>,
  jobs: RayJobs,
  { gpus, cpus }: ExecutorSettings['ray'],
  run: WorkersRun,
): Promise<WorkerEnd> {
  const { name, graceMs } = run.trainer.process([]);
  const path = await script;
  await prepareWorkerFiles(run.queue, number);
  const id = `dualtune-${basename(run.queue)}-${number}`;
  await jobs.submit({
    submission_id: id,
    entrypoint: `exec sh ${shellQuote(path)} ${number}`,
    entrypoint_num_gpus: gpus,
    entrypoint_num_cpus: cpus,
  });
  cancelOnAbort(id, jobs, run.signal, graceMs);
  return followWorker({ number, name, isOver: () => jobs.isOver(id) }, run);
}

/** Workers see that the queue is closed, and end with a checkpoint; Ray itself leaves them three seconds. */
function cancelOnAbort(id: string, jobs: RayJobs, signal: AbortSignal, graceMs: number): void {
  const cancel = () => {
    void jobs.stop(id, 'PENDING').catch(() => {});
    setTimeout(() => void jobs.stop(id).catch(() => {}), graceMs).unref();
  };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
}
