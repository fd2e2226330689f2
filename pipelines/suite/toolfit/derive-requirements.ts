import { objectsIn } from '../../texts-in.ts';
import type { Requirement } from './requirement.ts';

/** Most requirements of one result. */
const MOST = 40;
/** Members by which things go. */
const NAMES = ['name', 'id', 'key', 'title', 'path'];
/** Less would stand in any text. */
const WORD = /[\p{L}\p{N}]{3}/u;
/** A sign in front of an item that says what it is: `[FILE] a.txt`. */
const KIND = /^\[[A-Z]+\] /;

/**
 * What a tool result shows, in atomic requirements: of JSON each item and each of its fields, of text each line. What may have been cut off (`…`), and
 * lines without a word, count for nothing.
 */
export function deriveRequirements(result: string): Requirement[] {
  const json = parsed(result);
  const all = json === undefined ? fromLines(result) : objectsIn(json).flatMap(fromObject);
  const distinct = new Map(all.map((one) => [JSON.stringify(one), one]));
  return [...distinct.values()].slice(0, MOST);
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

function fromLines(text: string): Requirement[] {
  const lines = text.endsWith('…') ? text.split('\n').slice(0, -1) : text.split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => WORD.test(line))
    .map((line) => (KIND.test(line) ? { listed: line.replace(KIND, '') } : { content: line }));
}

function fromObject(one: Record<string, unknown>): Requirement[] {
  const key = NAMES.find((name) => isPlain(one[name]));
  if (key === undefined) return [];
  const item = String(one[key]);
  const fields = Object.entries(one).flatMap(([field, member]) =>
    field === key
      ? []
      : (Array.isArray(member) ? member : [member]).filter(isPlain).map((value) => ({ item, field, value })),
  );
  return fields.length === 0 ? [{ listed: item }] : fields;
}

function isPlain(value: unknown): value is string | number | boolean {
  return (typeof value === 'string' && value.trim() !== '') || typeof value === 'number' || typeof value === 'boolean';
}
