/** A number as people write it. */
const NUMBER_WORDS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

/** All texts and numbers in arguments, at any depth, each once. */
export function valuesIn(args: unknown): string[] {
  return [...new Set(collect(args))];
}

function collect(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(collect) : [];
}

/**
 * Whether a text tells a value: as it is, case, spaces and underscores aside; a path also part by part ("the file a.txt in notes"), a small
 * number also in words. Wildcards and what is left of them say nothing that could be told.
 */
export function isTold(value: string, text: string): boolean {
  const known = plain(text);
  if (/^-?\d+(\.\d+)?$/.test(value)) return tellsNumber(value, known);
  if (known.includes(plain(value))) return true;
  const parts = value.split('/').map((part) => plain(part.replaceAll(/[*?{}]/g, ' ')).replace(/^\.+/, ''));
  return !/\s{2}|\n/.test(value.trim()) && parts.every((part) => known.includes(part));
}

function tellsNumber(value: string, known: string): boolean {
  const word = NUMBER_WORDS[Number(value)];
  return new RegExp(
    `(?<![\\d.])${value.replace('.', '\\.')}(?![\\d])${word === undefined ? '' : `|\\b${word}\\b`}`,
  ).test(known);
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[\s_]+/g, ' ')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[“”]/g, '"')
    .trim();
}
