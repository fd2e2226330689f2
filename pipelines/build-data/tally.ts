/** Counts by reason. */
export interface Tally {
  add(reason: string): void;
  /** Sorted by reason. */
  counts(): Record<string, number>;
  readonly total: number;
}

export function tally(): Tally {
  const counts = new Map<string, number>();
  let total = 0;
  return {
    add(reason) {
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
      total += 1;
    },
    counts: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    get total() {
      return total;
    },
  };
}
