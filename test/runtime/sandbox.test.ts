import { mkdir, mkdtemp, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildCatalogue } from '../../pipelines/discover.ts';
import { checkListedTool, type ListedTool } from '../../runtime/mcp/check-tool.ts';
import { connectServer } from '../../runtime/mcp/connection.ts';
import type { ServerConfig } from '../../runtime/mcp/servers-file.ts';
import { openSandbox } from '../../runtime/sandbox.ts';
import { planCopy } from '../../runtime/sandbox-copy.ts';
import { redirectConfig } from '../../runtime/sandbox-paths.ts';
import { fixVolatileTimes } from '../../runtime/sandbox-volatile.ts';
import { scripted } from '../fixtures/scripted-config.ts';

const env = { PATH: process.env.PATH ?? '' };
const signal = new AbortController().signal;

async function opened(rule: { copy: string[]; restart: boolean } | undefined, safe: string[] = []) {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  await writeFile(join(folder, 'notes.txt'), 'one\n');
  const config: ServerConfig = scripted('good', { name: 'notes', cwd: folder });
  config.args.push(join(folder, 'notes.txt'));
  const listing = await connectServer(config, { env, signal });
  const tools = (await listing.listTools()).map((tool, index) => checkListedTool('notes', tool, index)) as ListedTool[];
  await listing.close();
  const catalogue = buildCatalogue([{ about: { name: 'notes' }, tools, warnings: [] }]);
  const sandboxes: Record<string, { copy: string[]; restart: boolean }> = rule === undefined ? {} : { notes: rule };
  const sandbox = await openSandbox({
    workspace: folder,
    servers: { path: '', folder, servers: [config] },
    catalogue,
    settings: { sandbox: sandboxes, safe },
    env,
    signal,
  });
  onTestFinished(() => sandbox.close());
  return { folder, sandbox };
}

test('runs tools on a copy, shows the original path, and puts the copy back', async () => {
  const { folder, sandbox } = await opened({ copy: ['notes.txt'], restart: false });
  const added = await sandbox.call('notes.add_note', { text: 'two' });
  expect(added).toMatchObject({
    executed: true,
    isError: false,
    content: 'added at 2026-01-01T00:00:00.000Z to notes.txt',
  });
  expect(await sandbox.call('notes.list_notes', {})).toMatchObject({ content: 'one\ntwo\n' });
  expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('one\n');
  await sandbox.reset();
  expect(await sandbox.call('notes.list_notes', {})).toMatchObject({ content: 'one\n' });
});

test('restarts the server where its state may be in memory', async () => {
  const { sandbox } = await opened({ copy: ['notes.txt'], restart: true });
  await sandbox.call('notes.add_note', { text: 'two' });
  await sandbox.reset();
  expect(await sandbox.call('notes.list_notes', {})).toMatchObject({ content: 'one\n' });
});

test('without a sandbox only harmless tools run', async () => {
  const { folder, sandbox } = await opened(undefined);
  expect(await sandbox.call('notes.list_notes', {})).toMatchObject({ executed: true, content: 'one\n' });
  expect(await sandbox.call('notes.add_note', { text: 'two' })).toMatchObject({ executed: false });
  expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('one\n');
});

test('the user may call a tool safe', async () => {
  const { folder, sandbox } = await opened(undefined, ['notes.add_note']);
  expect(await sandbox.call('notes.add_note', { text: 'two' })).toMatchObject({ executed: true });
  expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('one\ntwo\n');
});

test('leaves nothing behind', async () => {
  const { folder, sandbox } = await opened({ copy: ['notes.txt'], restart: false });
  await sandbox.call('notes.list_notes', {});
  expect(await readdir(folder)).toContain('.sandbox');
  await sandbox.close();
  expect(await readdir(folder)).not.toContain('.sandbox');
});

test('refuses a sandbox of something that is not there', async () => {
  await expect(opened({ copy: ['missing'], restart: false })).rejects.toThrow(/sandbox.notes.copy: nothing to copy/);
});

test('a restored tree equals the original, whatever was done to it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'copy-'));
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  await mkdir(join(from, 'a', 'b'), { recursive: true });
  await writeFile(join(from, 'a', 'b', 'x.txt'), 'x');
  await writeFile(join(from, 'y.txt'), 'y');
  await utimes(join(from, 'y.txt'), 1000, 1000);
  const copy = planCopy(from, to);
  copy.restore();
  await writeFile(join(to, 'y.txt'), 'changed');
  await writeFile(join(to, 'a', 'new.txt'), 'new');
  await mkdir(join(to, 'a', 'c'));
  copy.restore();
  expect((await readdir(to, { recursive: true })).sort()).toEqual(['a', 'a/b', 'a/b/x.txt', 'y.txt']);
  expect(await readFile(join(to, 'y.txt'), 'utf8')).toBe('y');
  expect((await stat(join(to, 'y.txt'))).mtimeMs).toBe(1_000_000);
});

test('paths in args, env and cwd point to the copy; a script beside the original stays', () => {
  const config = scripted('good', {
    cwd: '/data/files',
    args: ['.', '--root=/data/files/a', '../files/b', '-v'],
    env: { DB: '/data/files/db.sqlite', OTHER: '/data/files2' },
  });
  const pairs = [{ original: '/data/files', copy: '/box/files', shown: 'files' }];
  expect(redirectConfig(config, pairs)).toMatchObject({
    cwd: '/box/files',
    args: ['/box/files', '--root=/box/files/a', '/box/files/b', '-v'],
    env: { DB: '/box/files/db.sqlite', OTHER: '/data/files2' },
  });
});

test('only times of the run are made equal', () => {
  const since = Date.parse('2026-06-01T00:00:00Z');
  const text =
    'a 2026-06-02T10:11:12.345Z b 2020-01-02T03:04:05Z c Tue Jun 02 2026 10:11:12 GMT+0000 (Coordinated Universal Time) d 2026-06-02 10:11:12';
  expect(fixVolatileTimes(text, since)).toBe(
    'a 2026-01-01T00:00:00.000Z b 2020-01-02T03:04:05Z c Thu Jan 01 2026 00:00:00 GMT+0000 (Coordinated Universal Time) d 2026-01-01 00:00:00',
  );
});
