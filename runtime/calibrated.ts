import type { RankedName } from './prediction.ts';

/**
 * The same candidates in the same order, surer of the first (temperature below 1) or less sure (above 1): each share to the power of 1/temperature,
 * shared out anew. Upper bounds among the shares are treated as any other, as they were when the temperature was fitted.
 */
export function calibrated(ranked: readonly RankedName[], temperature = 1): RankedName[] {
  if (temperature === 1) return [...ranked];
  const weights = ranked.map(({ probability }) => (probability / ranked[0]!.probability) ** (1 / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return ranked.map(({ promptName }, index) => ({ promptName, probability: weights[index]! / total }));
}
