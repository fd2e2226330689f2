import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { sourceHashes } from '../../../pipelines/synthesize/source-hashes.ts';

async function hashed(folder: string): Promise<string> {
  const hashes = await sourceHashes({ notes: { copy: ['files', 'missing'] } }, folder);
  return hashes['data of notes']!;
}

test('other content, other times and other links give other hashes', { timeout: 5000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hashes-'));
  const [files, note] = [join(folder, 'files'), join(folder, 'files', 'a.txt')];
  const put = async (text: string, time: number) => {
    await writeFile(note, text);
    await utimes(note, time, time);
    await utimes(files, 1000, 1000);
  };
  await mkdir(files);
  await put('one', 1000);
  const first = await hashed(folder);
  await put('one', 2000);
  const touched = await hashed(folder);
  await put('two', 1000);
  const changed = await hashed(folder);
  await symlink('a.txt', join(files, 'link'));
  await put('one', 1000);
  const linked = await hashed(folder);
  await rm(join(files, 'link'));
  await promisify(execFile)('mkfifo', [join(files, 'pipe')]);
  await put('one', 1000);
  expect(new Set([first, touched, changed, linked]).size).toBe(4);
  expect(await hashed(folder)).toBe(first);
});

test('links that lead round in a circle are not followed', { timeout: 5000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hashes-'));
  await mkdir(join(folder, 'files'));
  for (const name of ['here', 'there']) await symlink('.', join(folder, 'files', name));
  expect(await hashed(folder)).toMatch(/^sha256:/);
});
