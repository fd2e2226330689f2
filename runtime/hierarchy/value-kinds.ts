import { termsOf } from './terms.ts';

/** What a value in a query looks like, and the words of tools that take such values. */
const KINDS: readonly [pattern: RegExp, words: string][] = [
  [/\bhttps?:\/\/\S/i, 'url'],
  [/[\p{L}\p{N}._+-]+@[\p{L}\p{N}-]+\.\p{L}{2,}/u, 'email'],
  [
    /(?<![:/\p{L}\p{N}.])(?:[~.]{0,2}\/[\p{L}\p{N}_.-]+|\p{L}[\p{L}\p{N}_-]+\/[\p{L}\p{N}_-]{2,}|[\p{L}\p{N}_-]{2,}\.[a-z]{2,5}\b(?![@/]))/u,
    'path file directory',
  ],
];

/** A query that holds a path is about files, also where it does not say so. */
export function valueTerms(text: string): string[] {
  return KINDS.flatMap(([pattern, words]) => (pattern.test(text) ? termsOf(words) : []));
}
