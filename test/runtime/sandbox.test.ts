import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { buildCatalogue } from '../../pipelines/discover.ts';
import { checkListedTool, type ListedTool } from '../../runtime/mcp/check-tool.ts';
import { connectServer } from '../../runtime/mcp/connection.ts';
import type { ServerConfig } from '../../runtime/mcp/servers-file.ts';
import { planCopy } from '../../runtime/sandbox/copy.ts';
import { redirectConfig } from '../../runtime/sandbox/paths.ts';
import { foldersOutside } from '../../runtime/sandbox/reach.ts';
import type { SandboxRule } from '../../runtime/sandbox/rule.ts';
import { fixVolatileTimes } from '../../runtime/sandbox/volatile.ts';
import { openSandbox } from '../../runtime/sandbox.ts';
import { scripted } from '../fixtures/scripted-config.ts';

const env = { PATH: process.env.PATH ?? '' };
const signal = new AbortController().signal;

async function opened(rule: SandboxRule | undefined, safe: string[] = []) {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  await writeFile(join(folder, 'notes.txt'), 'one\n');
  const config: ServerConfig = scripted('good', { name: 'notes', cwd: folder });
  config.args.push(join(folder, 'notes.txt'));
  const listing = await connectServer(config, { env, signal });
  const tools = (await listing.listTools()).map((tool, index) => checkListedTool('notes', tool, index)) as ListedTool[];
  await listing.close();
  const catalogue = buildCatalogue([{ about: { name: 'notes' }, tools, warnings: [] }]);
  const sandboxes: Record<string, SandboxRule> = rule === undefined ? {} : { notes: rule };
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

test('all tools of a server may be called safe at once', async () => {
  const { sandbox } = await opened(undefined, ['notes.*']);
  expect(await sandbox.call('notes.add_note', { text: 'two' })).toMatchObject({ executed: true });
});

test('a server that ends on a call is started anew, with its files put back', async () => {
  const { sandbox } = await opened({ copy: ['notes.txt'], restart: false });
  await sandbox.call('notes.add_note', { text: 'two' });
  await expect(sandbox.call('notes.echo', { text: '$EXIT' })).rejects.toMatchObject({ kind: 'failed' });
  await sandbox.reset();
  expect(await sandbox.call('notes.list_notes', {})).toMatchObject({ content: 'one\n' });
});

test('a server that no longer starts is no fault of the call', async () => {
  const { folder, sandbox } = await opened(undefined);
  await sandbox.call('notes.list_notes', {});
  await expect(sandbox.call('notes.echo', { text: '$EXIT' })).rejects.toMatchObject({ kind: 'failed' });
  await rm(folder, { recursive: true });
  await expect(sandbox.call('notes.list_notes', {})).rejects.toMatchObject({ kind: 'environment' });
});

test('a folder in the arguments that is not copied is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reach-'));
  const config = scripted('good', { name: 'notes', cwd: folder, args: [...scripted('good').args, folder] });
  await mkdir(join(folder, 'files'));
  const opening = openSandbox({
    workspace: folder,
    servers: { path: '', folder, servers: [config] },
    catalogue: { version: 1, servers: [], tools: [], hash: '' },
    settings: { sandbox: { notes: { copy: ['files'], restart: false } }, safe: [] },
    env,
    signal,
  });
  await expect(opening).rejects.toMatchObject({ kind: 'input', message: expect.stringContaining(`add ${folder} to`) });
});

test('folders outside are those of the data, not those of the program', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reach-'));
  for (const name of ['server', 'data', 'node_modules/s']) await mkdir(join(folder, name), { recursive: true });
  const outside = (command: string, args: string[]) =>
    foldersOutside(scripted('good', { command, args, cwd: folder })).map((path) => path.slice(folder.length + 1));
  expect(outside('uv', ['--directory', 'server', 'run', 'main.py', 'data'])).toEqual(['data']);
  expect(outside('node', ['server', '--root=data'])).toEqual(['data']);
  expect(outside('node', ['node_modules/s', 'x', 'node_modules/s'])).toEqual([]);
  expect(outside('notes-server', ['--roots', `/nowhere:${folder}/data`, '-v'])).toEqual(['data']);
  expect(outside('notes-server', ['.'])).toEqual(['']);
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

test('links lead nowhere outside of the copy, and are put back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'copy-'));
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  await mkdir(join(from, 'a'), { recursive: true });
  await writeFile(join(from, 'a', 'x.txt'), 'x');
  await writeFile(join(folder, 'own.txt'), 'own');
  await symlink(join(from, 'a', 'x.txt'), join(from, 'absolute'));
  await symlink('a/x.txt', join(from, 'relative'));
  await symlink('../own.txt', join(from, 'leaves'));
  await symlink(folder, join(from, 'a', 'leaves'));
  await symlink('nowhere', join(from, 'broken'));
  const copy = planCopy(from, to);
  copy.restore();
  expect((await readdir(to, { recursive: true })).sort()).toEqual(['a', 'a/x.txt', 'absolute', 'relative']);
  await writeFile(join(to, 'absolute'), 'changed');
  expect(await readFile(join(from, 'a', 'x.txt'), 'utf8')).toBe('x');
  const { mtime } = await stat(to);
  await rm(join(to, 'relative'));
  await symlink(join(folder, 'own.txt'), join(to, 'relative'));
  await utimes(to, mtime, mtime);
  copy.restore();
  expect(await readlink(join(to, 'relative'))).toBe('a/x.txt');
});

test('a pipe is left out of a copy, and no copy by itself', { timeout: 5000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'copy-'));
  const from = join(folder, 'from');
  await mkdir(from);
  await writeFile(join(from, 'x.txt'), 'x');
  await promisify(execFile)('mkfifo', [join(from, 'pipe')]);
  planCopy(from, join(folder, 'to')).restore();
  expect(await readdir(join(folder, 'to'))).toEqual(['x.txt']);
  expect(() => planCopy(join(from, 'pipe'), join(folder, 'to'))).toThrow(/a pipe, socket or device/);
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
