import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readJsonFile, writeFileAtomic } from '../../core/json-file.ts';
import { hashFolder } from '../../core/manifest.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'json-file-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('reads a file that begins with a byte order mark', async () => {
  await writeFile(join(root, 'a.json'), '\uFEFF{"n": 1}');
  expect(await readJsonFile(join(root, 'a.json'), z.object({ n: z.number() }))).toEqual({ n: 1 });
});

describe('writeFileAtomic', () => {
  it('replaces a file, and what a killed run left of its own temporary file', async () => {
    await writeFile(join(root, '.a.json.tmp'), 'half of a much longer te');
    expect(await hashFolder(root)).toEqual({});
    await writeFileAtomic(join(root, 'a.json'), 'old');
    await writeFileAtomic(join(root, 'a.json'), 'new');
    expect(await readFile(join(root, 'a.json'), 'utf8')).toBe('new');
    expect(await readdir(root)).toEqual(['a.json']);
  });

  it('leaves nothing behind where it fails', async () => {
    await mkdir(join(root, 'a.json', 'full'), { recursive: true });
    await expect(writeFileAtomic(join(root, 'a.json'), 'new')).rejects.toThrow();
    expect(await readdir(root)).toEqual(['a.json']);
  });
});
