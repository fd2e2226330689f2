import { messageOf } from '../../core/errors.ts';
import { parseJson } from './parse-json.ts';
import { rowTrouble } from './row-trouble.ts';
import type { RowPlace, SourceRow } from './source-row.ts';

/** A row of JSON text. */
export function parseRow(text: string, place: RowPlace): SourceRow {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    return { ...place, trouble: rowTrouble({ what: 'not JSON', expected: `JSON (${messageOf(error)})`, found: text }) };
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value))
    return { ...place, value: value as Record<string, unknown> };
  return { ...place, trouble: rowTrouble({ what: 'not an object', expected: 'an object with columns', found: text }) };
}
