import { quantile } from './quantile.ts';

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}
