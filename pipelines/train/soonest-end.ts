import { countBatches } from '../../trainers/train-together.ts';
import type { FittedJob } from './check-memory.ts';
import type { ChosenExecutor } from './choose-executor.ts';

/**
 * How many workers have trained all jobs soonest, by their predicted times. Where they share a processor, more are not always sooner: the longest job
 * alone may take longer than all others together, and then is better done by all cores.
 */
export function soonestEnd(
  jobs: readonly FittedJob[],
  { workers, speed }: Pick<ChosenExecutor, 'workers' | 'speed'>,
): number {
  const most = Math.min(workers, countBatches(jobs.map(({ job }) => job)));
  const total = jobs.reduce((sum, { cost }) => sum + cost, 0);
  const longest = Math.max(...jobs.map(({ cost }) => cost));
  const end = (count: number) => Math.max(longest, total / count) / speed(count);
  const counts = Array.from({ length: most }, (_, at) => most - at);
  return counts.reduce((best, count) => (end(count) < end(best) ? count : best));
}
