import { longestFirst } from './longest-first.ts';

export interface SimulatedJob {
  /** How long it takes. */
  duration: number;
  /** How long it was predicted to take, in any unit. */
  predicted: number;
}

/**
 * Simulates what training does with the jobs that are trainable at once: each worker that is free takes the next, the longest predicted first
 * (list scheduling; Graham 1969: where predictions are right, at most 4/3 - 1/3m of the shortest possible). A worker's start costs nothing
 * here, no job waits for another, and each is trained alone.
 * @returns when the last job ends, and the lower bound of any schedule: the sum shared evenly, or the longest job
 */
export function makespan(jobs: readonly SimulatedJob[], workers: number): { length: number; bound: number } {
  const free = Array.from({ length: workers }, () => 0);
  for (const { duration } of longestFirst(jobs, ({ predicted }) => predicted)) {
    const first = free.indexOf(Math.min(...free));
    free[first]! += duration;
  }
  const durations = jobs.map(({ duration }) => duration);
  const sum = durations.reduce((total, duration) => total + duration, 0);
  return { length: Math.max(...free), bound: Math.max(sum / workers, ...durations) };
}
