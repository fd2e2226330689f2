import { lstat, mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hashFolder } from '../../../core/manifest.ts';
import { writeDemoWorkspace } from '../../../pipelines/demo/workspace.ts';
import { loadSettings, recipesOf } from '../../../pipelines/settings.ts';
import { readServersFile } from '../../../runtime/mcp/servers-file.ts';

async function place(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'demo-')), 'workspace');
}

test('the same seed writes the same workspace; another seed another one', async () => {
  const [a, b, c] = [await place(), await place(), await place()];
  await writeDemoWorkspace(a, 1);
  await writeDemoWorkspace(b, 1);
  await writeDemoWorkspace(c, 2);
  expect(await hashFolder(join(a, 'files'))).toEqual(await hashFolder(join(b, 'files')));
  expect(await readFile(join(a, 'memory.jsonl'), 'utf8')).toBe(await readFile(join(b, 'memory.jsonl'), 'utf8'));
  // Times count as content: with others, everything would be made anew at the next `pnpm demo`.
  const timeOf = async (folder: string) => (await stat(join(folder, 'memory.jsonl'))).mtimeMs;
  expect(await timeOf(a)).toBe(await timeOf(b));
  expect(await hashFolder(join(a, 'files'))).not.toEqual(await hashFolder(join(c, 'files')));
  expect(Object.keys(await hashFolder(join(a, 'files')))).toHaveLength(150);
});

test('its settings and servers file can be read', async () => {
  const workspace = await place();
  await writeDemoWorkspace(workspace, 1);
  const settings = await loadSettings({ workspace, env: {}, serverEnv: {}, signal: new AbortController().signal });
  expect(recipesOf(settings).selector).toBe('demo/selector');
  expect((await readServersFile(join(workspace, settings.servers), {})).servers.map(({ name }) => name)).toEqual([
    'filesystem',
    'memory',
  ]);
});

test("leaves alone what is there: anybody's folder, a changed demo, a demo of another seed", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'demo-'));
  await writeFile(join(folder, 'mine.txt'), 'mine');
  await expect(writeDemoWorkspace(folder, 1)).rejects.toMatchObject({ kind: 'input' });
  const workspace = await place();
  expect(await writeDemoWorkspace(workspace, 1)).toBe(true);
  const before = await hashFolder(workspace);
  await writeFile(join(workspace, 'files', 'mine.txt'), 'mine');
  expect(await writeDemoWorkspace(workspace, 1)).toBe(true);
  expect(Object.keys(await hashFolder(workspace))).toHaveLength(Object.keys(before).length + 1);
  await writeFile(
    join(workspace, 'workspace.yaml'),
    `${await readFile(join(workspace, 'workspace.yaml'), 'utf8')}\n# mine`,
  );
  expect(await writeDemoWorkspace(workspace, 1)).toBe(false);
  expect(await readFile(join(workspace, 'workspace.yaml'), 'utf8')).toContain('# mine');
  await expect(writeDemoWorkspace(workspace, 2)).rejects.toThrow(/the demo of seed 1/);
});

test('two at once, by a link, beside a folder of a similar name', async () => {
  const workspace = await place();
  await mkdir(`${workspace}.partial`, { recursive: true });
  await writeFile(join(`${workspace}.partial`, 'mine.txt'), 'mine');
  expect(await Promise.all([writeDemoWorkspace(workspace, 1), writeDemoWorkspace(workspace, 1)])).toEqual([true, true]);
  expect(Object.keys(await hashFolder(join(workspace, 'files')))).toHaveLength(150);
  const link = `${workspace}-link`;
  await symlink(await mkdtemp(join(tmpdir(), 'target-')), link);
  await writeDemoWorkspace(link, 1);
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect((await readdir(join(workspace, '..'))).sort()).toEqual(['workspace', 'workspace-link', 'workspace.partial']);
  expect(await readdir(`${workspace}.partial`)).toEqual(['mine.txt']);
});
