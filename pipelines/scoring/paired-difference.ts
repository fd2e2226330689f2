import { seededRandom } from '../../core/random.ts';
import { quantile } from './quantile.ts';

/** One trace: how many cases it has, and on how many more of them the one system is right than the other. */
export interface PairedUnit {
  cases: number;
  surplus: number;
}

const RESAMPLES = 4000;

/**
 * Difference of two shares on the same cases with its 95% percentile bootstrap interval. Whole traces are resampled: the steps
 * of one trace succeed and fail together, and counting them as independent would make the interval too narrow.
 */
export function pairedDifference(
  units: readonly PairedUnit[],
  seed: (string | number)[],
): { value: number; low: number; high: number } {
  const random = seededRandom(...seed, 'bootstrap');
  const resample = () => share(Array.from(units, () => random.pick(units)));
  const values = Array.from({ length: RESAMPLES }, resample).sort((a, b) => a - b);
  return { value: share(units), low: quantile(values, 0.025), high: quantile(values, 0.975) };
}

function share(units: readonly PairedUnit[]): number {
  let cases = 0;
  let surplus = 0;
  for (const unit of units) {
    cases += unit.cases;
    surplus += unit.surplus;
  }
  return surplus / cases;
}
