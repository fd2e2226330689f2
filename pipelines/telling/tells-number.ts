/** Small numbers as people write them. */
const WORDS: readonly string[] = [
  'zero|no',
  'one|single|once|(?:first|last|top|final|next|previous|latest) (?!few\\b)[a-z]+[^s\\W](?= |[.,?!]|$)',
  'two|twice|both|(?:a|the) (?:couple|pair)',
  'three',
  'four',
  'five',
  'six|half a dozen',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve|(?:a|one) dozen',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
];
const TENS: Readonly<Record<string, string>> = {
  20: 'twenty',
  30: 'thirty',
  40: 'forty',
  50: 'fifty',
  60: 'sixty',
  70: 'seventy',
  80: 'eighty',
  90: 'ninety',
  100: '(?:a|one) hundred',
  1000: '(?:a|one) thousand',
};

/** More digits than anybody tells in groups or words. */
const MOST_DIGITS = 100;

/** Whether a text in lower case tells a number: in digits, also with thousands marked, or in words. */
export function tellsNumber(value: string, text: string): boolean {
  if (value.length > MOST_DIGITS) return text.includes(value);
  const digits = value.replace('.', '\\.').replaceAll(/\B(?=(?:\d{3})+(?:$|\\))/g, ',?');
  const word = WORDS[Number(value)] ?? TENS[value];
  return new RegExp(`(?<![\\d.])${digits}(?!\\d|\\.\\d)${word === undefined ? '' : `|\\b(?:${word})\\b`}`).test(text);
}
