import { Html } from '../html.ts';

/**
 * A JSON value as a block of data in the page, for its script to read. No text in it can end the block: every `<` is escaped.
 * @param id of the block; nothing that comes from outside
 */
export function embeddedJson(id: string, value: unknown): Html {
  return new Html(`<script type="application/json" id="${id}">${jsonForHtml(value)}</script>`);
}

/** JSON without `<`. */
export function jsonForHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
