import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { buildCatalogue } from '../../../pipelines/discover.ts';
import { checkListedTool } from '../../../runtime/mcp/check-tool.ts';
import { connectServer } from '../../../runtime/mcp/connection.ts';
import type { ServerConfig } from '../../../runtime/mcp/servers-file.ts';
import type { SandboxRule } from '../../../runtime/sandbox/rule.ts';
import { openSandbox, type Sandbox } from '../../../runtime/sandbox.ts';
import { scripted } from '../../fixtures/scripted-config.ts';

const env = { PATH: process.env.PATH ?? '' };
const signal = new AbortController().signal;

/** Data that no copy is made of: as a database server's would be, it is where it is. */
const SHELL = {
  snapshot: ['sh', '-c', 'cp notes.txt "$SNAPSHOT_FOLDER/kept.txt" && echo snapshot >> log.txt'],
  reset: ['sh', '-c', 'cp "$SNAPSHOT_FOLDER/kept.txt" notes.txt && echo reset >> log.txt'],
  restart: false,
};

async function notesFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'commands-'));
  await writeFile(join(folder, 'notes.txt'), 'one\n');
  return folder;
}

function notesServer(folder: string): ServerConfig {
  const config = scripted('good', { name: 'notes', cwd: folder, env: { API_TOKEN: 'tok-123456' } });
  return { ...config, args: [...config.args, join(folder, 'notes.txt')] };
}

async function opened(folder: string, config: ServerConfig, rule: SandboxRule): Promise<Sandbox> {
  const listing = await connectServer(config, { env, signal });
  const tools = (await listing.listTools()).map((tool, index) => checkListedTool('notes', tool, index));
  await listing.close();
  return openSandbox({
    workspace: folder,
    servers: { path: '', folder, servers: [config] },
    catalogue: buildCatalogue([{ about: { name: 'notes' }, tools, warnings: [] }]),
    settings: { sandbox: { notes: rule }, safe: [] },
    env,
    signal,
  });
}

const said = async (sandbox: Sandbox) => {
  const result = await sandbox.call('notes.list_notes', {});
  return result.executed && result.content;
};
const logOf = async (folder: string) => (await readFile(join(folder, 'log.txt'), 'utf8')).trimEnd().split('\n');

test('commands keep what the server holds and put it back, and the data ends as it was', async () => {
  const folder = await notesFolder();
  const sandbox = await opened(folder, notesServer(folder), SHELL);
  await sandbox.call('notes.add_note', { text: 'two' });
  expect(await said(sandbox)).toBe('one\ntwo\n');
  await sandbox.reset();
  expect(await said(sandbox)).toBe('one\n');
  await sandbox.reset();
  await sandbox.call('notes.add_note', { text: 'three' });
  await sandbox.close();
  expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('one\n');
  // Nothing was changed between the two resets in the middle.
  expect(await logOf(folder)).toEqual(['snapshot', 'reset', 'reset']);
  expect(await readdir(folder)).not.toContain('.snapshots');
});

test('a server that nobody called is left alone', async () => {
  const folder = await notesFolder();
  const sandbox = await opened(folder, notesServer(folder), SHELL);
  await sandbox.reset();
  await sandbox.close();
  expect(existsSync(join(folder, 'log.txt'))).toBe(false);
});

test('after a run that was killed its snapshot is put back, and no changes are kept', async () => {
  const folder = await notesFolder();
  const killed = await opened(folder, notesServer(folder), SHELL);
  await killed.call('notes.add_note', { text: 'two' });
  const kept = join(folder, '.snapshots');
  await cp(kept, join(folder, 'aside'), { recursive: true });
  await killed.close();
  await cp(join(folder, 'aside'), kept, { recursive: true });
  await writeFile(join(folder, 'notes.txt'), 'one\ntwo\n');
  await writeFile(join(kept, (await readdir(kept))[0]!, 'owner'), '999999999');
  const sandbox = await opened(folder, notesServer(folder), SHELL);
  expect(await said(sandbox)).toBe('one\n');
  await sandbox.close();
  expect((await logOf(folder)).filter((line) => line === 'snapshot')).toHaveLength(1);
});

test('two runs do not work on the same data', async () => {
  const folder = await notesFolder();
  const first = await opened(folder, notesServer(folder), SHELL);
  await first.call('notes.list_notes', {});
  const place = join(folder, '.snapshots');
  await writeFile(join(place, (await readdir(place))[0]!, 'owner'), String(process.ppid));
  const second = await opened(folder, notesServer(folder), SHELL);
  await expect(said(second)).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringMatching(/sandbox\.notes: another run \(process \d+\) works on this server's data/),
  });
  await second.close();
  expect(existsSync(place)).toBe(true);
  await first.close();
});

test.each([
  [
    'ended with exit code 3',
    ['sh', '-c', 'echo no database for $API_TOKEN >&2; exit 3'],
    /no database for \[redacted\]/,
  ],
  ['took longer than 0.3 s', ['sh', '-c', 'echo waiting >&2; exec sleep 60'], /waiting/],
])('a command that %s is told, and no call is to blame', async (what, snapshot, found) => {
  const folder = await notesFolder();
  const sandbox = await opened(folder, notesServer(folder), { ...SHELL, snapshot, timeout: 0.3 });
  const error = await sandbox.call('notes.list_notes', {}).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'environment' });
  expect(String(error)).toContain(`sandbox.notes.snapshot: the snapshot command ${what}`);
  expect(String(error)).toMatch(found);
  expect(String(error)).not.toContain('tok-123456');
  await sandbox.close();
  expect(await readdir(folder)).not.toContain('.snapshots');
});

test('commands get the environment of their server and no more', async () => {
  const folder = await notesFolder();
  process.env.NOT_FOR_SERVERS = 'leak';
  onTestFinished(() => {
    delete process.env.NOT_FOR_SERVERS;
  });
  const sandbox = await opened(folder, notesServer(folder), { reset: ['sh', '-c', 'env > seen.txt'] });
  await sandbox.call('notes.list_notes', {});
  await sandbox.close();
  const seen = await readFile(join(folder, 'seen.txt'), 'utf8');
  expect(seen).toContain('API_TOKEN=tok-123456');
  expect(seen).not.toContain('leak');
});

test('a service that is reached over HTTP is put back by a command', async () => {
  let notes = ['one'];
  const http = createServer(async (request, response) => {
    if (request.url === '/reset') {
      notes = ['one'];
      return response.end();
    }
    const server = new McpServer({ name: 'notes', version: '9' });
    const say = (text: string) => ({ content: [{ type: 'text' as const, text }] });
    server.registerTool('list_notes', { annotations: { readOnlyHint: true } }, () => say(notes.join('\n')));
    server.registerTool('add_note', { inputSchema: { text: z.string() } }, ({ text }) => {
      notes.push(text);
      return say('added');
    });
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    await server.connect(transport);
    await transport.handleRequest(request, response);
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  onTestFinished(() => void http.close());
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const folder = await mkdtemp(join(tmpdir(), 'commands-'));
  const config: ServerConfig = { kind: 'http', name: 'notes', url: `${origin}/mcp`, headers: {} };
  const reset = [process.execPath, '--eval', `fetch('${origin}/reset')`];
  notes.push('left by somebody');
  const sandbox = await opened(folder, config, { reset });
  expect(await said(sandbox)).toBe('one');
  await sandbox.call('notes.add_note', { text: 'two' });
  expect(await said(sandbox)).toBe('one\ntwo');
  await sandbox.reset();
  expect(await said(sandbox)).toBe('one');
  await sandbox.call('notes.add_note', { text: 'three' });
  await sandbox.close();
  expect(notes).toEqual(['one']);
});

test('over HTTP there is nothing to copy', async () => {
  const folder = await notesFolder();
  await mkdir(join(folder, 'x'));
  const config: ServerConfig = { kind: 'http', name: 'notes', url: 'http://127.0.0.1:1/mcp', headers: {} };
  const opening = openSandbox({
    workspace: folder,
    servers: { path: '', folder, servers: [config] },
    catalogue: { version: 1, servers: [], tools: [], hash: '' },
    settings: { sandbox: { notes: { copy: ['x'] } }, safe: [] },
    env,
    signal,
  });
  await expect(opening).rejects.toThrow(/sandbox\.notes: a server that is reached over HTTP cannot be run on a copy/);
});
