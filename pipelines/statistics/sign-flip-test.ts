/** Less probable than this is nothing: 4,000 terms of it stay far below any level of significance. */
const NEGLIGIBLE = 1e-18;

/**
 * Two-sided p-value of a paired comparison by the exact sign-flip test (Fisher, The Design of Experiments, 1935, §21): where two systems are equally
 * good, each trace's surplus could as well have had the other sign. Steps of one trace are flipped together, as they succeed and fail
 * together. Where every trace has one step, it is McNemar's test in its exact form (1947).
 * @param surpluses by trace: on how many more steps the one system is right than the other; whole numbers
 */
export function signFlipTest(surpluses: readonly number[]): number {
  const observed = Math.abs(surpluses.reduce((sum, surplus) => sum + surplus, 0));
  const sizes = Map.groupBy(surpluses.map(Math.abs).filter(Boolean), (size) => size);
  let sums = new Map([[0, 1]]);
  for (const [size, { length }] of sizes) sums = convolve(sums, flips(size, length));
  let extreme = 0;
  for (const [sum, probability] of sums) if (Math.abs(sum) >= observed) extreme += probability;
  return Math.min(1, extreme);
}

/** Probabilities of the sums of `count` times `size`, each with either sign: a binomial. */
function flips(size: number, count: number): Map<number, number> {
  const logs = [0];
  for (let k = 1; k <= count; k++) logs.push(logs[k - 1]! + Math.log(k));
  const probability = (k: number) => Math.exp(logs[count]! - logs[k]! - logs[count - k]! - count * Math.LN2);
  const all = logs.map((_, k): [number, number] => [size * (2 * k - count), probability(k)]);
  return new Map(all.filter(([, one]) => one > NEGLIGIBLE));
}

function convolve(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [x, p] of a) for (const [y, q] of b) sums.set(x + y, (sums.get(x + y) ?? 0) + p * q);
  return sums;
}
