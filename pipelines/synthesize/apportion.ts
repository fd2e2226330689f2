/** Shares a number out in proportion to weights, in whole numbers, by largest remainders; ties go to those that come first. */
export function apportion(weights: ReadonlyMap<string, number>, total: number): Map<string, number> {
  const sum = [...weights.values()].reduce((a, b) => a + b, 0);
  if (sum === 0) return new Map();
  const exact = [...weights].map(([key, weight]) => ({ key, share: (total * weight) / sum }));
  const shares = new Map(exact.map(({ key, share }) => [key, Math.floor(share)]));
  const rest = total - [...shares.values()].reduce((a, b) => a + b, 0);
  const byRemainder = exact.toSorted((a, b) => (b.share % 1) - (a.share % 1));
  for (const { key } of byRemainder.slice(0, rest)) shares.set(key, shares.get(key)! + 1);
  return shares;
}
