import type { BenchFigures } from '../../pipelines/bench-row.ts';
import { markdownTable } from '../../pipelines/report/markdown-table.ts';

/**
 * Ratios of a bench beside their bounds, and the machine, as markdown.
 * @param heads of what is measured, of the ratio and of the bound
 */
export function boundText(heads: readonly [string, string, string], { rows, machine }: BenchFigures): string {
  const table = markdownTable(
    [...heads, ''],
    rows.map(({ name, note, ratio, target, pass }) => [
      `${name}: ${note}`,
      ratio.toFixed(3),
      String(target),
      pass ? 'met' : 'missed',
    ]),
  );
  return `${table}\n\n${Object.values(machine).join(', ')}`;
}
