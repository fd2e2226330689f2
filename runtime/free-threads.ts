import { availableParallelism } from 'node:os';

/** Threads of an engine beside other work. One processor stays free: they wait for one another by spinning, and any other process would stall them. */
export function freeThreads(): number {
  return Math.max(1, availableParallelism() - 1);
}
