import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadTokenizer } from '../../core/tokenizer.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'tokenizer-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

test('a base without a tokenizer is refused as the user’s to mend', async () => {
  await expect(loadTokenizer(base)).rejects.toMatchObject({ kind: 'input', details: { where: base } });
});

test.each(['{', '[]', '{}', '{"model": {"type": "Nope"}}'])('so is %s in place of one', async (content) => {
  const where = join(base, 'tokenizer.json');
  await writeFile(where, content);
  await expect(loadTokenizer(base)).rejects.toMatchObject({ kind: 'input', details: { where } });
});
