import { stemmer } from 'stemmer';

/** Words that say nothing of what is wanted. In short descriptions some of them are rare, and BM25 takes what is rare for telling. */
const PASSED_OVER = new Set(
  `a an the this that these those of to in on at by for with from into as and or not no if so is are be am was were i me my you your we us our
  it its can could would should will do does did please have has had want need like let just now some any what which who how when where
  there s t m d ll re ve`.split(/\s+/),
);

/** A sign of a script that puts no spaces between words, a run of other letters, or a number. */
const WORD =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]|[[\p{L}\p{M}]--[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]]+|\p{N}+/gv;

/** What a text is found by: its words, names split into theirs (`readTextFile`, `read_text-file`), stems in place of their forms. */
export function termsOf(text: string): string[] {
  const apart = text
    .normalize('NFKC')
    .replaceAll(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
    .replaceAll(/(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$1 ');
  const words = apart.toLowerCase().match(WORD) ?? [];
  return words.filter((word) => !PASSED_OVER.has(word)).map(stemmer);
}
