import { alignColumns } from '../align-columns.ts';
import { percentWithInterval } from '../evaluate/metrics-table.ts';
import type { BfclMetrics } from './bfcl-metrics.ts';
import { GROUPS } from './categories.ts';

/** Categories and groups, a column for each system, for a terminal. */
export function bfclTable(metrics: BfclMetrics): string {
  return alignColumns([['accuracy [95%]', 'asked', 'refused', ...Object.keys(metrics.systems)], ...bfclRows(metrics)]);
}

/** Rows of a table: category or group, questions asked, refused, and the accuracy of each system. */
export function bfclRows({ data, systems }: BfclMetrics): string[][] {
  const names = Object.keys(systems);
  const rows = Object.entries(data).map(([category, { asked, refused }]) => [
    category,
    String(asked),
    String(refused.length),
    ...names.map((name) => {
      const { accuracy, unscored } = systems[name]!.categories[category]!;
      return percentWithInterval(accuracy) + (unscored > 0 ? ` (${unscored} unscored)` : '');
    }),
  ]);
  const groups = Object.keys(GROUPS).map((group) => [
    `= ${group}`,
    '',
    '',
    ...names.map((name) => {
      const value = systems[name]!.groups[group] ?? null;
      return value === null ? '–' : `${(100 * value).toFixed(1)}%`;
    }),
  ]);
  return [...rows, ...groups];
}
