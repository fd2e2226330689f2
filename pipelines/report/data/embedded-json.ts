import { Html, html } from '../html.ts';

/**
 * A JSON value as a block of data in the page, for its script to read. No text in it can end the block: every `<` is escaped.
 * @param id of the block, where it has one
 */
export function embeddedJson(value: unknown, id?: string): Html {
  return html`<script type="application/json"${id !== undefined && html` id="${id}"`}>${new Html(jsonForHtml(value))}</script>`;
}

/** JSON without `<`. */
export function jsonForHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
