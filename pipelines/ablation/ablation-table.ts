import type { AblationRow } from '../ablation.ts';
import { percent } from '../evaluate/metrics-table.ts';
import { points } from '../report/headline.ts';
import { markdownTable } from '../report/markdown-table.ts';

/** A markdown table, a row for each condition: accuracies of the decoupled system, and what is gained against the first in points, with a 95% interval. */
export function ablationTable(rows: readonly AblationRow[]): string {
  return markdownTable(
    ['condition', 'what is different', 'training traces', 'steps', 'selection', 'call accuracy', 'against full'],
    rows.map(({ condition, about, traces, steps, selection, call, difference }) => [
      condition,
      about,
      traces.join(', '),
      String(steps),
      percent(selection),
      percent(call),
      difference === null ? '' : describe(difference),
    ]),
  );
}

function describe({ all, seeds }: NonNullable<AblationRow['difference']>): string {
  const each = Object.values(seeds).map(points).join(', ');
  return `${points(all.value)} (${points(all.low)} to ${points(all.high)}; by seed ${each})`;
}
