import { appendFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ToolkitError } from '../../core/errors.ts';
import type { Catalogue } from '../../core/tool.ts';
import { buildCatalogue } from '../../pipelines/discover.ts';
import { readCassette, recordCassette } from '../../runtime/cassette.ts';
import { NotRecorded, recordingSandbox, replayedSandbox } from '../../runtime/cassette-sandbox.ts';
import { brokenBy } from '../../runtime/mcp/broken.ts';
import { checkListedTool } from '../../runtime/mcp/check-tool.ts';
import { connectServer } from '../../runtime/mcp/connection.ts';
import { openSandbox, type Sandbox } from '../../runtime/sandbox.ts';
import { scripted } from '../fixtures/scripted-config.ts';

const env = { PATH: process.env.PATH ?? '' };
const signal = new AbortController().signal;
const settings = { sandbox: { notes: { copy: ['notes.txt'], restart: false } }, safe: [], callTimeout: 1 };

interface Live {
  catalogue: Catalogue;
  path: string;
  folder: string;
  sandbox(): Promise<Sandbox>;
}

async function live(): Promise<Live> {
  const folder = await mkdtemp(join(tmpdir(), 'cassette-'));
  await writeFile(join(folder, 'notes.txt'), 'one\n');
  const config = scripted('good', { name: 'notes', cwd: folder });
  config.args.push(join(folder, 'notes.txt'));
  await using listing = await connected(config);
  const tools = (await listing.listTools()).map((tool, index) => checkListedTool('notes', tool, index));
  const catalogue = buildCatalogue([{ about: { name: 'notes' }, tools, warnings: [] }]);
  const servers = { path: '', folder, servers: [config] };
  const sandbox = () => openSandbox({ workspace: folder, servers, catalogue, settings, env, signal });
  return { catalogue, folder, path: join(folder, 'cassettes', 'notes.jsonl'), sandbox };
}

async function connected(config: ReturnType<typeof scripted>) {
  const connection = await connectServer(config, { env, signal });
  return Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() });
}

/** What a run asks: the same question in different states, a secret, calls that break the server. */
async function ask(sandbox: Sandbox): Promise<unknown[]> {
  const said: unknown[] = [];
  const call = async (tool: string, args: Record<string, unknown>) => {
    said.push(await sandbox.call(tool, args).catch((error: ToolkitError) => brokenBy(error)));
  };
  await call('notes.list_notes', {});
  await call('notes.add_note', { text: 'two' });
  await call('notes.list_notes', {});
  await call('notes.add_note', { text: 'three' });
  await call('notes.list_notes', {});
  await sandbox.reset();
  await call('notes.list_notes', {});
  await call('notes.echo', { text: 'the key is sk-ant-0123456789abcdef0123' });
  await call('notes.echo', { text: '$EXIT' });
  await sandbox.reset();
  await call('notes.echo', { text: '$SILENCE' });
  await sandbox.reset();
  await call('notes.list_notes', {});
  return said;
}

async function record({ sandbox, catalogue, path }: Live): Promise<unknown[]> {
  const recording = recordingSandbox(await sandbox(), catalogue, await recordCassette(path));
  try {
    return await ask(recording);
  } finally {
    await recording.close();
  }
}

test('a replay answers as the servers did, in each state', async () => {
  const place = await live();
  const said = await record(place);
  expect(said.map((one) => (one !== null && typeof one === 'object' && 'content' in one ? one.content : one))).toEqual([
    'one\n',
    'added at 2026-01-01T00:00:00.000Z to notes.txt',
    'one\ntwo\n',
    'added at 2026-01-01T00:00:00.000Z to notes.txt',
    'one\ntwo\nthree\n',
    'one\n',
    expect.stringContaining('the key is [redacted]'),
    'ended',
    'silent',
    'one\n',
  ]);
  expect(await ask(replayedSandbox(await readCassette(place.path), place.catalogue, settings))).toEqual(said);
});

test('recorded again, nothing changes, and no secret is on it', async () => {
  const place = await live();
  await record(place);
  const text = await readFile(place.path, 'utf8');
  expect(text).not.toContain('sk-ant');
  // A line that a crash left half written.
  await appendFile(place.path, '{"call": ');
  await record(place);
  expect(await readFile(place.path, 'utf8')).toBe(text);
});

test('a call that is not on it is told, with what to do', async () => {
  const place = await live();
  await record(place);
  const sandbox = replayedSandbox(await readCassette(place.path), place.catalogue, settings);
  const error = await sandbox.call('notes.echo', { text: 'new' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NotRecorded);
  expect(String(error)).toMatch(
    /notes\.jsonl: a call that is not on the cassette[\s\S]*notes.echo {"text":"new"}[\s\S]*--record/,
  );
  // The same call, but the note that was added is not there.
  await sandbox.call('notes.add_note', { text: 'two' });
  await expect(sandbox.call('notes.echo', { text: '$EXIT' })).rejects.toThrow(/after calls that changed something/);
});

test('what may not run is not answered either', async () => {
  const place = await live();
  await record(place);
  const sandbox = replayedSandbox(await readCassette(place.path), place.catalogue, { sandbox: {}, safe: [] });
  expect(await sandbox.call('notes.add_note', { text: 'two' })).toMatchObject({ executed: false });
});

test('a missing cassette and a wrong line are told', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'cassette-')), 'none.jsonl');
  await expect(readCassette(path)).rejects.toThrow(/no such cassette[\s\S]*--record FILE/);
  await writeFile(path, '{"call": {"tool": "x"}}\n');
  await expect(readCassette(path)).rejects.toThrow(`${path}:1`);
});
