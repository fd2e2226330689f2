import { type Html, html } from './html.ts';

type Cell = Html | string | number;

export interface TableContent {
  caption: string;
  /** By which styles know it. */
  name?: string;
  head: readonly Cell[];
  /** The first cell of a row is its header. */
  rows: readonly (readonly Cell[])[];
  /** Columns, from 0, that hold words: aligned to the left. */
  words?: readonly number[];
}

/** A table that scrolls by itself where the screen is too narrow, also by keyboard. */
export function table({ caption, name, head, rows, words = [] }: TableContent): Html {
  const align = (column: number) => (column === 0 || words.includes(column) ? 'word' : 'figure');
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table${name !== undefined && html` class="${name}"`}>
<caption>${caption}</caption>
<thead><tr>${head.map((cell, column) => html`<th scope="col" class="${align(column)}">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...rest]) =>
      html`<tr><th scope="row">${first}</th>${rest.map((cell, index) => html`<td class="${align(index + 1)}">${cell}</td>`)}</tr>`,
  )}</tbody>
</table></div>`;
}
