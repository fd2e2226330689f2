import type { Difference, Metrics } from '../../core/metrics.ts';
import { percent } from '../evaluate/metrics-table.ts';
import { chanceText } from './chance-text.ts';

/** With its corrected p-value, where that is known. */
type Told = Difference & { adjusted?: number };

/** A difference whose corrected p-value is larger may be chance. */
const LEVEL = 0.05;

/** What the evaluation says in words, honest about what lies within chance. The last system is what the work is about. */
export function headline(metrics: Metrics, differences: readonly Told[] = metrics.differences): string[] {
  const { n, calls, source } = metrics.cases;
  const steps = source === 'held-out' ? 'held-out steps' : 'queries of your own';
  const [name, { overall }] = Object.entries(metrics.systems).at(-1)!;
  const first = `The ${name} system decides ${percent(overall.call_accuracy)} of ${n} ${steps} rightly (${calls} need a call, ${n - calls} need none).`;
  return [first, ...differences.filter(({ score }) => score === 'call_accuracy').map(describeDifference)];
}

/** One difference in a sentence. */
function describeDifference({ system, reference, value, low, high, adjusted }: Told): string {
  const chance = (low <= 0 && high >= 0) || (adjusted ?? 0) > LEVEL ? '; this may be chance' : '';
  const p = adjusted === undefined ? '' : `, p ${chanceText(adjusted)}`;
  const name = system.charAt(0).toUpperCase() + system.slice(1);
  return `${name} against ${reference}: ${points(value)} points, 95% interval ${points(low)} to ${points(high)}${p}${chance}.`;
}

/** Percentage points with sign. */
export function points(value: number): string {
  const text = (100 * value).toFixed(1);
  return value > 0 ? `+${text}` : text.replace('-', '−');
}
