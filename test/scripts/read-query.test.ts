import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readQuery } from '../../scripts/cli/read-query.ts';

test('reads characters that fall on two parts', async () => {
  const bytes = Buffer.from('wer besitzt die Bögen?');
  const at = bytes.indexOf(0xb6);
  expect(await readQuery(Readable.from([bytes.subarray(0, at), bytes.subarray(at)]))).toBe('wer besitzt die Bögen?');
});

test('refuses what never ends, and reads no further', async () => {
  let parts = 0;
  const endless = async function* () {
    for (;;) {
      parts += 1;
      yield Buffer.alloc(64 * 1024, 'a');
    }
  };
  await expect(readQuery(endless())).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringContaining('too long'),
  });
  expect(parts).toBe(17);
});
