import { expect, test } from 'vitest';
import { textPieces } from '../../runtime/text-pieces.ts';

/** A vocabulary of single bytes. */
const bytes = { detokenize: (tokens: readonly number[]) => Buffer.from(tokens).toString() };
const told = (tokens: Iterable<number>) => {
  const pieces = textPieces(bytes as Parameters<typeof textPieces>[0]);
  return [...Array.from(tokens, (token) => pieces.add(token)), pieces.end()];
};

test.each(['plain', 'é–日本語 🙂🙂', 'a\ufffdb', ''])('%j comes in whole characters', (text) => {
  const pieces = told(Buffer.from(text));
  expect(pieces.join('')).toBe(text);
  for (const piece of pieces) expect('a\ufffdb'.includes(piece) || !piece.includes('\ufffd')).toBe(true);
});

test('bytes that are no character come as they come in the whole text', () => {
  for (const tokens of [
    [0x61, 0xff, 0x62],
    [0xe6, 0x97],
    [0xff, 0xff, 0x61],
    [0xe6, 0x97, 0x61, 0xf0],
  ])
    expect(told(tokens).join('')).toBe(bytes.detokenize(tokens));
});
