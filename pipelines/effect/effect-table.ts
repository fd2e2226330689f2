import type { Difference, Metrics } from '../../core/metrics.ts';
import { percent } from '../evaluate/metrics-table.ts';
import type { Variant } from './variants.ts';

export interface EffectRow {
  variant: Variant;
  seeds: readonly number[];
  metrics: Metrics;
}

const HEAD = ['variant', 'what is different', 'seeds', 'steps'];
const SYSTEMS = ['base', 'monolithic', 'monolithic-exact', 'decoupled'];
const AGAINST = ['base', 'monolithic', 'monolithic-exact'];

/** A markdown table, a row for each variant: call accuracies, and what decoupling gains, in points with 95% intervals. */
export function effectTable(rows: readonly EffectRow[]): string {
  const head = [...HEAD, ...SYSTEMS, ...AGAINST.map((name) => `decoupled − ${name}`)];
  const lines = rows.map(({ variant, seeds, metrics }) => [
    variant.name,
    variant.about,
    seeds.join(', '),
    String(metrics.cases.n),
    ...SYSTEMS.map((name) => percent(metrics.systems[name]?.overall.call_accuracy ?? null)),
    ...AGAINST.map((name) => gain(metrics.differences, name)),
  ]);
  return [head, head.map((_, column) => (column < 3 ? '---' : '--:')), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function gain(differences: readonly Difference[], reference: string): string {
  const found = differences.find(
    (one) => one.system === 'decoupled' && one.reference === reference && one.score === 'call_accuracy',
  );
  if (found === undefined) return '–';
  const points = (share: number) => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}`;
  return `${points(found.value)} [${points(found.low)}, ${points(found.high)}]`;
}
