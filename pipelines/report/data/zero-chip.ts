import { type Html, html } from '../html.ts';

/** A zero that should be none. */
export function zeroChip(): Html {
  return html`<span class="chip none">0</span>`;
}
