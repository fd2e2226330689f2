/**
 * The order in which workers take jobs: the longest first, so that the short ones fill up the end. Equal ones keep their order.
 * @param cost predicted time, in any unit
 */
export function longestFirst<T>(jobs: readonly T[], cost: (job: T) => number): T[] {
  return jobs.toSorted((a, b) => cost(b) - cost(a));
}
