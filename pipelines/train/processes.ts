import { availableParallelism } from 'node:os';
import type { Context } from '../../core/context.ts';
import { hasNvidiaGpu } from '../../trainers/python-packages.ts';
import type { PlannedJob } from './plan-jobs.ts';
import type { QueueOptions } from './run-queue.ts';

/** Each process holds torch and the base in memory. */
const MOST_WORKERS = 4;

/**
 * How many processes train side by side. One has a GPU to itself. On a processor the steps of a tiny base are too small to keep several
 * threads busy, so that processes with fewer threads each do more.
 */
export async function processes(
  jobs: readonly PlannedJob[],
  context: Context,
): Promise<Pick<QueueOptions, 'workers' | 'threads'>> {
  const cores = availableParallelism();
  const fitting = (await hasNvidiaGpu(context)) ? 1 : Math.min(cores, MOST_WORKERS);
  const wanted = jobs.map(({ recipe: { recipe } }) => recipe.workers ?? fitting);
  const workers = Math.min(...wanted, jobs.length);
  return { workers, threads: Math.max(1, Math.floor(cores / workers)) };
}
