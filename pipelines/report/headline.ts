import type { Difference, Metrics } from '../../core/metrics.ts';
import { percent } from '../evaluate/metrics-table.ts';

/** What the evaluation says in words, honest about what lies within chance. The last system is what the work is about. */
export function headline(metrics: Metrics): string[] {
  const { n, calls, source } = metrics.cases;
  const steps = source === 'held-out' ? 'held-out steps' : 'queries of your own';
  const [name, { overall }] = Object.entries(metrics.systems).at(-1)!;
  const first = `The ${name} system decides ${percent(overall.call_accuracy)} of ${n} ${steps} rightly (${calls} need a call, ${n - calls} need none).`;
  return [first, ...metrics.differences.filter(({ score }) => score === 'call_accuracy').map(describeDifference)];
}

/** One difference in a sentence. */
function describeDifference({ system, reference, value, low, high }: Difference): string {
  const chance = low <= 0 && high >= 0 ? '; this may be chance' : '';
  const name = system.charAt(0).toUpperCase() + system.slice(1);
  return `${name} against ${reference}: ${points(value)} points, 95% interval ${points(low)} to ${points(high)}${chance}.`;
}

/** Percentage points with sign. */
export function points(value: number): string {
  const text = (100 * value).toFixed(1);
  return value > 0 ? `+${text}` : text.replace('-', '−');
}
