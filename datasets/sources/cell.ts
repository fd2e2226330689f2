import { messageOf, type ToolkitError } from '../../core/errors.ts';
import { holdsRawNumber, parseJson } from './parse-json.ts';
import { rowTrouble } from './row-trouble.ts';

type Row = Record<string, unknown>;

/** The value of a column or dotted path; a text on the way is read as JSON. @throws ToolkitError where the row has no such column */
export function cellOf(row: Row, column: string): unknown {
  if (Object.hasOwn(row, column)) return row[column];
  let value: unknown = row;
  for (const key of column.split('.')) {
    const inside = typeof value === 'string' ? fromJson(value, column) : value;
    if (!isObject(inside) || !Object.hasOwn(inside, key)) {
      const found = `columns ${Object.keys(row).join(', ')}`;
      throw rowTrouble({ what: `no column \`${column}\``, expected: `a column or path \`${column}\``, found });
    }
    value = inside[key];
  }
  return value;
}

/** Whether a cell says that there is nothing. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function neededCell(row: Row, column: string): unknown {
  const value = cellOf(row, column);
  if (!isEmpty(value)) return value;
  throw rowTrouble({ what: `nothing in \`${column}\``, column, expected: 'a value', found: value });
}

/** @throws ToolkitError where the value is neither text nor a number */
export function textCell(row: Row, column: string): string {
  const value = neededCell(row, column);
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (holdsRawNumber(value)) throw numberTrouble(value, column);
  throw rowTrouble({ what: `no text in \`${column}\``, column, expected: 'text', found: value });
}

/** For a number that would be another one. */
export function numberTrouble(found: unknown, column?: string): ToolkitError {
  const expected = 'whole numbers of at most 15 digits, longer ones as text';
  return rowTrouble({ what: 'a number that would be rounded', column, expected, found });
}

/** @throws ToolkitError where the value is no list, nor the JSON text of one */
export function listCell(row: Row, column: string): unknown[] {
  const value = neededCell(row, column);
  const list = typeof value === 'string' ? fromJson(value, column) : value;
  if (Array.isArray(list)) return list;
  throw rowTrouble({
    what: `no list in \`${column}\``,
    column,
    expected: 'a list, or the JSON text of one',
    found: value,
  });
}

export function isObject(value: unknown): value is Row {
  return value !== null && typeof value === 'object';
}

function fromJson(text: string, column: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const expected = `JSON (${messageOf(error)})`;
    throw rowTrouble({ what: `no JSON in \`${column}\``, column, expected, found: text });
  }
}
