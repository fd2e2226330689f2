/**
 * Shares work out to workers so that they end at about the same time: the largest first, each to the one with the least so far.
 * @returns no empty shares
 */
export function shareOut<T>(items: readonly T[], workers: number, cost: (item: T) => number): T[][] {
  const shares = Array.from({ length: Math.max(1, workers) }, () => ({ items: [] as T[], cost: 0 }));
  for (const item of items.toSorted((a, b) => cost(b) - cost(a))) {
    const least = shares.reduce((a, b) => (b.cost < a.cost ? b : a));
    least.items.push(item);
    least.cost += cost(item);
  }
  return shares.map((share) => share.items).filter((share) => share.length > 0);
}
