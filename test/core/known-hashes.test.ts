import { mkdtemp, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashText } from '../../core/hash.ts';
import { openKnownHashes } from '../../core/known-hashes.ts';

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'known-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function hashOnce(trust = true): Promise<string> {
  const known = await openKnownHashes(at('known.json'), { trust });
  const hash = await known.hash(at('file'));
  await known.save();
  return hash;
}

/** Shows whether a hash is computed or remembered: another one is put into the file of those that are known. */
async function forge(): Promise<void> {
  const known = JSON.parse(await readFile(at('known.json'), 'utf8')) as Record<string, { sha256: string }>;
  for (const entry of Object.values(known)) entry.sha256 = 'forged';
  await writeFile(at('known.json'), JSON.stringify(known));
}

/** A file that was written some time ago. */
async function settled(text: string): Promise<void> {
  await writeFile(at('file'), text);
  await setTimeout(2100);
}

test('a file that is as it was is not read again, unless that is wanted', async () => {
  await settled('one');
  expect(await hashOnce()).toBe(hashText('one'));
  await forge();
  expect(await hashOnce()).toBe('forged');
  expect(await hashOnce(false)).toBe(hashText('one'));
  expect(await hashOnce()).toBe(hashText('one'));
});

test('a file that was changed is read again, also where size and time of writing are as they were', async () => {
  await settled('one');
  await hashOnce();
  const { atime, mtime } = await stat(at('file'));
  await writeFile(at('file'), 'two');
  await utimes(at('file'), atime, mtime);
  expect(await hashOnce()).toBe(hashText('two'));
  await setTimeout(2100);
  await hashOnce();
  await writeFile(at('other'), 'six');
  await utimes(at('other'), atime, mtime);
  await rename(at('other'), at('file'));
  expect(await hashOnce()).toBe(hashText('six'));
});

test('what was written just now is not remembered: it may be written again within the same tick', async () => {
  await writeFile(at('file'), 'one');
  await hashOnce();
  expect(JSON.parse(await readFile(at('known.json'), 'utf8'))).toEqual({});
});

test('without a file that can be read or written all is computed', async () => {
  await writeFile(at('file'), 'one');
  await writeFile(at('known.json'), '{"broken"');
  expect(await hashOnce()).toBe(hashText('one'));
  const known = await openKnownHashes(join(at('file'), 'no folder'));
  expect(await known.hash(at('file'))).toBe(hashText('one'));
  await known.save();
  await expect(known.hash(at('missing'))).rejects.toThrow(/ENOENT/);
});
