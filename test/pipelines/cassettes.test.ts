import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Context } from '../../core/context.ts';
import { discover } from '../../pipelines/discover.ts';
import { type Settings, SettingsSchema } from '../../pipelines/settings.ts';
import { synthesize } from '../../pipelines/synthesize.ts';
import { scripted } from '../fixtures/scripted-config.ts';

const SETTINGS = SettingsSchema.parse({
  sandbox: { notes: { copy: ['notes.txt'], restart: false } },
  synthesize: { tracesPerTool: 3, chains: 0, respond: 2, parallel: 3, recovery: 2, clarify: 2 },
});

let recorded: string;
let cassette: string;

function contextOf(workspace: string, mode: 'record' | 'replay'): Context {
  const serverEnv = { PATH: process.env.PATH ?? '' };
  const signal = new AbortController().signal;
  // The token's variable is set where the servers are, and nowhere else.
  const variables = mode === 'record' ? { NOTES_TOKEN: 'tok-123456' } : {};
  return { workspace, env: {}, serverEnv, signal, variables, cassette: { path: cassette, mode } };
}

async function run(context: Context, settings: Settings = SETTINGS): Promise<void> {
  for await (const _ of discover(context, settings));
  for await (const _ of synthesize(context, settings));
}

beforeAll(async () => {
  recorded = await mkdtemp(join(tmpdir(), 'recorded-'));
  cassette = join(recorded, 'notes.cassette.jsonl');
  await writeFile(join(recorded, 'notes.txt'), 'milk\n');
  const { command, args } = scripted('good');
  const notes = { command, args: [...args, 'notes.txt'], env: { API_TOKEN: `\${env:NOTES_TOKEN}` } };
  await writeFile(join(recorded, 'servers.json'), JSON.stringify({ mcpServers: { notes } }));
  await run(contextOf(recorded, 'record'));
});

const bytes = (workspace: string, ...path: string[]) => readFile(join(workspace, ...path), 'utf8');

test('a replay needs no servers file, no servers, no data and no credentials, and gives the same bytes', async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'replayed-'));
  await run(contextOf(workspace, 'replay'));
  for (const path of [
    ['catalogue', 'catalogue.json'],
    ['traces', 'traces.jsonl'],
    ['traces', 'rejects.json'],
  ])
    expect(await bytes(workspace, ...path)).toBe(await bytes(recorded, ...path));
  expect(await bytes(recorded, 'traces', 'traces.jsonl')).toContain('added at');
  expect(await bytes(recorded, 'notes.cassette.jsonl')).not.toContain('tok-123456');
});

test('recorded once more, the cassette stays as it is', async () => {
  const before = await bytes(recorded, 'notes.cassette.jsonl');
  await rm(join(recorded, 'traces'), { recursive: true });
  await run(contextOf(recorded, 'record'));
  expect(await bytes(recorded, 'notes.cassette.jsonl')).toBe(before);
});

test('with other settings a replay says that calls are missing, and how they are recorded', async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'replayed-'));
  await expect(run(contextOf(workspace, 'replay'), { ...SETTINGS, seed: 7 })).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringMatching(/notes\.cassette\.jsonl: a call that is not on the cassette[\s\S]*--record/),
  });
});
