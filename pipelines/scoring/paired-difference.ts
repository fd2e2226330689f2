import { type Random, seededRandom } from '../../core/random.ts';
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
  const values = resampledShares(units, seededRandom(...seed, 'bootstrap'));
  const total = (member: keyof PairedUnit) => units.reduce((sum, unit) => sum + unit[member], 0);
  return {
    value: total('surplus') / total('cases'),
    low: quantile(values, 0.025),
    high: quantile(values, 0.975),
  };
}

/** Rising. Twenty million draws for 5,000 traces: from typed arrays, without a list for each resample, they take a third of the time. */
function resampledShares(units: readonly PairedUnit[], random: Random): Float64Array {
  const allCases = Int32Array.from(units, ({ cases }) => cases);
  const allSurpluses = Int32Array.from(units, ({ surplus }) => surplus);
  const shares = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let [cases, surplus] = [0, 0];
    for (let drawn = 0; drawn < allCases.length; drawn++) {
      const unit = random.int(allCases.length);
      cases += allCases[unit]!;
      surplus += allSurpluses[unit]!;
    }
    shares[resample] = surplus / cases;
  }
  return shares.sort();
}
