import { type Html, html } from '../html.ts';
import { table } from '../table.ts';
import { numberText } from './count-text.ts';
import type { CrossTable } from './cross-table.ts';
import { zeroChip } from './zero-chip.ts';

interface HeatTableContent {
  caption: string;
  corner: string;
  rows: readonly string[];
  columns: readonly string[];
}

/** Counts by two properties, the darker the more; a row in which there is nothing stands out. */
export function heatTable(counts: CrossTable, { caption, corner, rows, columns }: HeatTableContent): Html {
  const most = Math.max(1, ...rows.flatMap((row) => columns.map((column) => counts.count(row, column))));
  const cell = (row: string, column: string) => {
    const count = counts.count(row, column);
    if (count === 0) return html`<span class="nothing">–</span>`;
    return html`<span class="heat" style="--share: ${((100 * count) / most).toFixed(0)}%">${numberText(count)}</span>`;
  };
  return table({
    caption,
    head: [corner, ...columns, 'all'],
    rows: rows.map((row) => [
      row,
      ...columns.map((column) => cell(row, column)),
      counts.total(row) === 0 ? zeroChip() : html`<b>${numberText(counts.total(row))}</b>`,
    ]),
  });
}
