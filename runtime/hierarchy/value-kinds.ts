/** What a value in a query looks like, and the terms that tools use for such values. */
const KINDS: readonly [pattern: RegExp, terms: readonly string[]][] = [
  [/\bhttps?:\/\/\S/i, ['url']],
  [/[\p{L}\p{N}._+-]+@[\p{L}\p{N}-]+\.\p{L}{2,}/u, ['email']],
  // Not `and/or` or `24/7`: a path has two separators, an extension, or begins with one.
  [
    /(?<![:/\p{L}\p{N}.])(?:[~.]{0,2}\/[\p{L}\p{N}_.-]+|[\p{L}\p{N}_-]+\/[\p{L}\p{N}_-]+[/.]|[\p{L}\p{N}_-]{2,}\.[a-z]{2,5}\b(?![@/]))/u,
    ['path', 'file'],
  ],
];

/** A query that holds a path is about files, also where it does not say so. */
export function valueTerms(text: string): string[] {
  return KINDS.flatMap(([pattern, terms]) => (pattern.test(text) ? terms : []));
}
