/** Ends of what was written that are longer are not looked up, and no more is copied at once. */
const LONGEST = 64;
const WORD_CHARACTER = /[\p{L}\p{N}]/u;
/** What a value seldom goes on behind. */
const UP_TO_QUOTE = /^[^"\n]*/;
const UP_TO_SPACE = /^\s*[^\s'`<>()]*/;

/**
 * What followed in the source where it last held the end of `written`; empty where it never did. The longest end counts, and has to hold a letter or a
 * digit. As much is copied as agrees already, at least the rest of a word: the longer the match, the further it is trusted.
 */
export function copiedText(source: string, written: string): string {
  const end = written.slice(-LONGEST);
  const { place, length } = longestMatch(source, end);
  if (!WORD_CHARACTER.test(end.slice(end.length - length))) return '';
  const [rest = ''] = UP_TO_QUOTE.exec(source.slice(place, place + LONGEST)) ?? [];
  const [word = ''] = UP_TO_SPACE.exec(rest) ?? [];
  return rest.slice(0, Math.max(word.length, length));
}

/** Where a part of the source that is the longest end of `written` ends; of equal ones a whole word, then the last. */
function longestMatch(source: string, written: string): { place: number; length: number } {
  let best = { place: 0, length: 0, whole: false };
  for (let place = source.length - 1; place > 0; place--) {
    const length = agreement(source, place, written);
    if (length === 0 || length < best.length) continue;
    const whole = !WORD_CHARACTER.test(source[place - length - 1] ?? '');
    if (length > best.length || (whole && !best.whole)) best = { place, length, whole };
  }
  return best;
}

/** How many characters before the place are the last ones of `written`, the first of them no inner part of another word. */
function agreement(source: string, place: number, written: string): number {
  let length = 0;
  while (length < written.length && length < place && source[place - 1 - length] === written.at(-1 - length))
    length += 1;
  if (!isInWord(source, place - length) && !isInWord(written, written.length - length)) return length;
  while (length > 0 && WORD_CHARACTER.test(source[place - length]!)) length -= 1;
  return length;
}

/** Whether the characters on both sides belong to a word. */
function isInWord(text: string, place: number): boolean {
  return WORD_CHARACTER.test(text[place - 1] ?? '') && WORD_CHARACTER.test(text[place] ?? '');
}
