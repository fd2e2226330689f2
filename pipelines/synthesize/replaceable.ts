import type { Random } from '../../core/random.ts';
import { inventFrom, inventPerson, inventSentence } from './words/invent.ts';
import { CITIES, FIRST_NAMES, LAST_NAMES, MONTHS, WEEKDAYS } from './words/lists.ts';

/** A piece of a text and something of its kind to put in its place. */
export interface Piece {
  old: string;
  fresh: string;
}

/** Kinds of words, the first that matches a piece counts; `fresh` makes another of the kind. */
const KINDS: readonly { pattern: RegExp; fresh: (random: Random, old: string) => string }[] = [
  {
    pattern: new RegExp(`\\b(?:${FIRST_NAMES.join('|')}) (?:${LAST_NAMES.join('|')})\\b`, 'g'),
    fresh: (random) => inventPerson(random),
  },
  { pattern: new RegExp(`\\b(?:${CITIES.join('|')})\\b`, 'g'), fresh: (random) => random.pick(CITIES) },
  { pattern: new RegExp(`\\b(?:${MONTHS.join('|')})\\b`, 'g'), fresh: (random) => random.pick(MONTHS) },
  { pattern: new RegExp(`\\b(?:${WEEKDAYS.join('|')})\\b`, 'g'), fresh: (random) => random.pick(WEEKDAYS) },
  {
    pattern: /(?<![.\d])\b\d+ (?!works\b)\p{Ll}{3,}\b/gu,
    fresh: (random, old) => `${2 + random.int(400)} ${old.split(' ')[1]}`,
  },
  { pattern: /(?<!\.)\b\d{2,}\b(?!\.\d)/g, fresh: (random) => String(10 + random.int(900)) },
  {
    pattern:
      /(?<=\b(?:the|a) )\p{Ll}{3,} (?!(?:for|with|and|from|was|costs|about|has|are|but|on|in|is)\b)\p{Ll}{3,}\b/gu,
    fresh: (random) => inventFrom(random, ['{adjective} {noun}']),
  },
  { pattern: /(?<=\b(?:the|a) )\p{Ll}{3,}\b/gu, fresh: (random) => inventFrom(random, ['{noun}', '{topic}']) },
  {
    pattern: /(?<=\b\w+: )\p{Ll}{3,} (?:for|in)? ?\p{L}{3,}$/gu,
    fresh: (random) => inventFrom(random, ['{adjective} {noun}', '{topic} for {Month}', '{noun} in {city}']),
  },
  { pattern: /(?<=\bERROR |\bWARN |\bINFO )\p{Ll}{3,}\b/gu, fresh: (random) => inventFrom(random, ['{topic}']) },
  { pattern: /(?<=^(?:[-*] )?)\p{Lu}[^"<>{}`]{8,45}[.!]$/gu, fresh: (random) => inventSentence(random) },
  { pattern: /\b\p{Ll}{5,}\b/gu, fresh: (random) => inventFrom(random, ['{noun}', '{topic}', '{adjective}']) },
];

/** The pieces of a line that a person would replace, each with a replacement. The plainest kind of word only where nothing else is there. */
export function replaceablePieces(random: Random, line: string): Piece[] {
  const found = KINDS.slice(0, -1).flatMap((kind) => piecesOf(random, line, kind));
  return found.length > 0 ? found : piecesOf(random, line, KINDS.at(-1)!);
}

function piecesOf(random: Random, line: string, { pattern, fresh }: (typeof KINDS)[number]): Piece[] {
  return [...line.matchAll(pattern)]
    .map(([old]) => old.trim())
    .filter((old) => old.length > 1 && !/["`\\]/.test(old))
    .map((old) => ({ old, fresh: fresh(random, old) }));
}
