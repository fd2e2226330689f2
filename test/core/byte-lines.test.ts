import { expect, it } from 'vitest';
import { byteLines } from '../../core/byte-lines.ts';

async function linesIn(chunks: string[], longest = 100) {
  const bytes = (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk);
  })();
  const refuse = () => {
    throw new Error('too long');
  };
  return (await Array.fromAsync(byteLines(bytes, longest, refuse))).map(String);
}

it('joins what pieces of the stream have of a line', async () => {
  expect(await linesIn(['a\nb', 'c', '', '\n', '\n\nd\n', 'e'])).toEqual(['a', 'bc', '', '', 'd', 'e']);
  expect(await linesIn([])).toEqual([]);
});

it('refuses a line that is too long before it has all of it', async () => {
  await expect(linesIn(['abc\n', 'ab', 'cd', 'never read'], 3)).rejects.toThrow('too long');
});
