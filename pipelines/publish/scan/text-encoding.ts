/** As `TextDecoder` calls it. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Of the pairs of bytes, so many have a zero in the same place in text in UTF-16 of most languages that models are told of. */
const ZEROS = 0.4;

/** How a file's text is encoded, by its first bytes; `undefined` where it is no text. */
export function textEncoding(head: Uint8Array): TextEncoding | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (!head.includes(0)) return 'utf-8';
  const zeros = [0, 0];
  for (const [at, byte] of head.entries()) if (byte === 0) zeros[at % 2]! += 1;
  const [first, second] = zeros.map((count) => count / (head.length / 2));
  if (second! > ZEROS && first! < ZEROS / 10) return 'utf-16le';
  if (first! > ZEROS && second! < ZEROS / 10) return 'utf-16be';
  return undefined;
}
