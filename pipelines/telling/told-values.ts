import { tellsNumber } from './tells-number.ts';
import { tellsTime } from './tells-time.ts';

/** All texts and numbers in arguments, at any depth, each once. */
export function valuesIn(args: unknown): string[] {
  return [...new Set(collect(args))];
}

function collect(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(collect) : [];
}

/** Longer ones may stand inside a word ("note" in "notes"), shorter ones would stand in any. */
const LONGEST_ALONE = 2;
/** Endings of files, and what people call such files. */
const FILE_WORDS: Readonly<Record<string, RegExp>> = {
  md: /\bmarkdown\b/,
  txt: /\b(plain )?text (file|document)s?\b/,
  js: /\bjavascript\b/,
  ts: /\btypescript\b/,
  py: /\bpython\b/,
  yml: /\byaml\b/,
  yaml: /\byaml\b/,
  log: /\blogs?\b/,
};

/**
 * Whether a text tells a value as people tell it: as it is, but for case, spaces, underscores and hyphens; a path also part by part ("the file a.txt
 * in notes"); of a pattern what stands between its wildcards; a number, a date or a time also in words; a URL without its scheme.
 */
export function isTold(value: string, text: string): boolean {
  if (/^-?\d+(\.\d+)?$/.test(value)) return tellsNumber(value, text.toLowerCase());
  const known = plain(text);
  if (includes(known, plain(value)) || tellsTime(value, text.toLowerCase())) return true;
  const address = /^https?:\/\/(?:www\.)?(.+)$/i.exec(value)?.[1];
  if (address !== undefined) return includes(known, plain(withoutSlashes(address)));
  if (/\s{2}|\n/.test(value.trim())) return false;
  return value.split(/[/*?{},]+/).every((part) => tellsPart(plain(part), known));
}

function withoutSlashes(address: string): string {
  let end = address.length;
  // At least one character stays.
  while (end > 1 && address[end - 1] === '/') end -= 1;
  return address.slice(0, end);
}

function tellsPart(part: string, known: string): boolean {
  const name = part.replace(/^\.+/, '');
  return includes(known, name) || FILE_WORDS[name]?.test(known) === true;
}

function includes(known: string, value: string): boolean {
  if (value.length > LONGEST_ALONE || !/[\p{L}\p{N}]/u.test(value)) return known.includes(value);
  return ` ${known.replaceAll(/[^\p{L}\p{N}]+/gu, ' ')} `.includes(
    ` ${value.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim()} `,
  );
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[“”]/g, '"')
    .trim();
}
