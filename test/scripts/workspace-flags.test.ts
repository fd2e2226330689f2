import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace, parseSeed, type WorkspaceFlags } from '../../scripts/cli/workspace-flags.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'flags-'));
  await writeFile(join(root, 'servers.json'), '{}');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const place = (name: string) => join(root, name);
const open = (flags: Partial<WorkspaceFlags>, options?: { readOnly: boolean }) =>
  openWorkspace({ workspace: place('work'), ...flags }, new AbortController().signal, options);
const kept = () => existsSync(place('work/workspace.yaml'));

test('a new workspace keeps its flags, but not mistyped ones', async () => {
  for (const wrong of [{ servers: place('typo.json') }, { servers: root }]) {
    await open(wrong);
    expect(kept()).toBe(false);
  }
  await open({ servers: place('servers.json'), base: place('typo') });
  expect(kept()).toBe(false);
  const { settings } = await open({ servers: place('servers.json'), seed: 3 });
  expect(settings).toMatchObject({ servers: '../servers.json', seed: 3 });
  expect(await readFile(place('work/workspace.yaml'), 'utf8')).toBe('servers: ../servers.json\nseed: 3\n');
});

test('a base of the Hub is kept as it is named', async () => {
  const base = `hub:some/tiny@${'b'.repeat(40)}`;
  const { settings } = await open({ servers: place('servers.json'), base });
  expect(settings.base).toBe(base);
  expect(await readFile(place('work/workspace.yaml'), 'utf8')).toContain(`base: ${base}\n`);
});

test('a command that only looks makes no workspace', async () => {
  await open({ servers: place('servers.json') }, { readOnly: true });
  expect(existsSync(place('work'))).toBe(false);
});

test('a place that cannot be a workspace is told, not a bug', async () => {
  await symlink('loop', place('loop'));
  for (const name of ['servers.json', 'loop']) {
    const opening = open({ workspace: place(name), servers: place('servers.json') });
    await expect(opening).rejects.toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(/cannot write here: E/),
    });
  }
});

test.each(['', ' ', 'NaN', '1.5', '1e300', '-'])('the seed %j is refused', (text) => {
  expect(() => parseSeed(text)).toThrow('must be a whole number');
});
