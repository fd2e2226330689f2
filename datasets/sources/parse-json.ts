/** Types of what the language has and its library does not know yet. */
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
};
type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;
const parseWith = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** Reading number by number takes its time, and hardly a row has one that needs it. */
const HAS_LONG_NUMBER = /\d{16}|\d[eE]/;

/** `JSON.parse` that does not round: a number that it cannot hold stays what is written (`JSON.rawJSON`). @throws SyntaxError */
export function parseJson(text: string): unknown {
  if (!HAS_LONG_NUMBER.test(text)) return JSON.parse(text);
  return parseWith(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && isRounded(value, source) ? rawJSON(source) : value,
  );
}

/** Whether a value is, or holds, a number that had to stay what is written. */
export function holdsRawNumber(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  return isRawJSON(value) || Object.values(value).some(holdsRawNumber);
}

/** Digits behind the point may be rounded; whole numbers (often ids) and what becomes nothing or infinite may not. */
function isRounded(value: number, source: string): boolean {
  if (value === 0) return /[1-9]/.test(source.replace(/e.*/i, ''));
  if (Number.isSafeInteger(Math.trunc(value))) return false;
  return !Number.isFinite(value) || digitsOf(String(value)) !== digitsOf(source);
}

/** The digits that count, wherever the point is. */
function digitsOf(number: string): string {
  return number
    .replace(/e.*/i, '')
    .replaceAll(/[-.]/g, '')
    .replaceAll(/^0+|0+$/g, '');
}
