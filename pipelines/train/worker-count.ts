import { batchesOf } from '../../trainers/train-together.ts';
import type { FittedJob } from './check-memory.ts';
import type { ChosenExecutor } from './choose-executor.ts';
import { makespan } from './makespan.ts';

/**
 * With how many workers all jobs end soonest, by their predicted times. Where workers share a processor, more are not always sooner: the longest job may
 * take longer than all others together, and then is better done by all cores.
 */
export function workerCount(
  jobs: readonly FittedJob[],
  { workers, speed }: Pick<ChosenExecutor, 'workers' | 'speed'>,
): number {
  const batches = batchesOf(jobs).map((batch) => batch.reduce((sum, { cost }) => sum + cost, 0));
  const simulated = batches.map((cost) => ({ duration: cost, predicted: cost }));
  // Where recipes say how many threads they want, fewer workers do not give them more.
  const speedOf = jobs.some(({ job }) => job.threads > 0) ? () => 1 : speed;
  const end = (count: number) => makespan(simulated, count).length / speedOf(count);
  const most = Math.min(workers, batches.length);
  const counts = Array.from({ length: most }, (_, at) => most - at);
  return counts.reduce((best, count) => (end(count) < end(best) ? count : best));
}
