import type { Share } from '../../core/metrics.ts';

/** Quantile of the normal distribution for 95%, two-sided. */
const Z = 1.959963984540054;

/**
 * A share with its 95% interval by Wilson (Probable inference, the law of succession, and statistical inference, 1927):
 * unlike the normal approximation it stays inside 0 to 1 and has a width where all or nothing is right.
 */
export function wilson(right: number, n: number): Share {
  if (n === 0) return null;
  const p = right / n;
  const shrink = 1 + Z ** 2 / n;
  const centre = (p + Z ** 2 / (2 * n)) / shrink;
  const half = (Z / shrink) * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
  // At the ends rounding would leave 1e-17 outside.
  const low = right === 0 ? 0 : centre - half;
  const high = right === n ? 1 : centre + half;
  return { value: p, low, high, n };
}
