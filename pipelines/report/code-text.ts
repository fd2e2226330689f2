import { type Html, html } from './html.ts';

/** A text as HTML, with what stands between backticks as code. */
export function codeText(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
