import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { type Trace, TraceSchema } from '../../core/trace.ts';
import { buildData } from '../../pipelines/build-data.ts';
import { discover } from '../../pipelines/discover.ts';
import { SettingsSchema } from '../../pipelines/settings.ts';
import { synthesize } from '../../pipelines/synthesize.ts';
import { scripted } from '../fixtures/scripted-config.ts';

const TRACES = 4;
const HONEST = { 'honest-echo': TRACES, 'honest-list_notes': TRACES, respond: 2 };
const SETTINGS = SettingsSchema.parse({
  synthesize: { tracesPerTool: TRACES, chains: 0, respond: 2, parallel: 0, recovery: 0, clarify: 0 },
  tools: { exclude: ['honest.add_note'] },
  prompt: { descriptions: 'first-sentence' },
});

interface Run {
  events: StageEvent[];
  warnings: string;
  workspace: string;
  traces: Trace[];
  /** By id without its number. */
  counts: Record<string, number>;
  rejects: Record<string, number>;
}

/** Discovers and synthesizes on a hostile server beside an honest one. */
async function besideAnHonestOne(mode: string, { keepGoing = true, callTimeout = 60 } = {}): Promise<Run> {
  const settings = { ...SETTINGS, callTimeout };
  const workspace = await mkdtemp(join(tmpdir(), 'hostile-'));
  const notes = join(workspace, 'notes.txt');
  await writeFile(notes, 'a note\n');
  const server = (args: string[]) => ({ command: process.execPath, args });
  const program = join(import.meta.dirname, '..', 'fixtures', 'servers', 'hostile.ts');
  const mcpServers = {
    hostile: server([program, mode, join(workspace, 'mark')]),
    honest: server([...scripted('good').args, notes]),
  };
  await writeFile(join(workspace, 'servers.json'), JSON.stringify({ mcpServers }));
  const serverEnv = { PATH: process.env.PATH ?? '' };
  const context: Context = { workspace, env: {}, serverEnv, signal: new AbortController().signal };
  const events: StageEvent[] = [];
  for await (const event of discover(context, settings, { keepGoing })) events.push(event);
  for await (const event of synthesize(context, settings, { keepGoing })) events.push(event);
  for await (const event of buildData(context, settings)) events.push(event);
  const text = await readFile(join(workspace, 'traces', 'traces.jsonl'), 'utf8');
  const traces = text
    .trimEnd()
    .split('\n')
    .map((line) => TraceSchema.parse(JSON.parse(line)));
  const counts: Record<string, number> = {};
  for (const { id } of traces) counts[id.replace(/-\d+$/, '')] = (counts[id.replace(/-\d+$/, '')] ?? 0) + 1;
  const rejects = JSON.parse(await readFile(join(workspace, 'traces', 'rejects.json'), 'utf8'));
  const warnings = events.map((event) => (event.type === 'warning' ? event.message : '')).join('\n');
  return { events, warnings, workspace, traces, counts, rejects };
}

const done = ({ events }: Run, stage: string) =>
  events.find((event) => event.type === 'done' && event.stage === stage) as Extract<StageEvent, { type: 'done' }>;

test('names that are paths, that collide or that a terminal obeys', async () => {
  const run = await besideAnHonestOne('names');
  expect(run.counts).toMatchObject(HONEST);
  expect(done(run, 'discover').counts.tools).toBe(11);
  expect(Object.values(run.counts).filter((count) => count === TRACES)).toHaveLength(11);
  const files = await readdir(run.workspace, { recursive: true });
  for (const file of files) expect(file).toMatch(/^[\w./-]+$/);
});

test('schemas that refer to themselves: a tree is called, one without end is refused', async () => {
  const run = await besideAnHonestOne('recursive');
  expect(run.counts).toMatchObject({ ...HONEST, 'hostile-self': TRACES });
  expect(run.warnings).toMatch(/tool `endless`: the input schema refers to itself without end/);
  expect(done(run, 'discover').counts).toMatchObject({ tools: 4, 'tools left out': 1 });
});

test.each([
  ['big-schema', /tool `big`: the input schema is too large/],
  ['big-description', /tool `big`: a tool of the wrong form/],
  ['no-unicode', /tool `half`: a tool with text that is no Unicode/],
])('%s: the tool is left out and counted, the server stays', async (mode, message) => {
  const run = await besideAnHonestOne(mode);
  expect(run.warnings).toMatch(message);
  expect(run.warnings.length).toBeLessThan(3000);
  expect(run.counts).toMatchObject({ ...HONEST, 'hostile-fine': TRACES });
  expect(done(run, 'discover').counts).toMatchObject({ 'tools left out': 1 });
});

test('without --keep-going a tool that is refused stops discovery', async () => {
  await expect(besideAnHonestOne('big-schema', { keepGoing: false })).rejects.toThrow(
    /server hostile, tool `big`: the input schema is too large/,
  );
});

test('a result of 100 MB ends its server, not the run', { timeout: 300_000 }, async () => {
  const run = await besideAnHonestOne('big-result');
  expect(run.counts).toEqual(HONEST);
  expect(run.rejects['hostile.look: its answer was too long to be read']).toBe(TRACES);
});

test('bytes that are no UTF-8 and half surrogates become U+FFFD', async () => {
  const run = await besideAnHonestOne('bad-utf8');
  expect(run.counts).toMatchObject({ ...HONEST, 'hostile-look': TRACES });
  const results = run.traces.filter(({ id }) => id.startsWith('hostile')).map(({ messages }) => messages[2]?.content);
  for (const result of results) expect(result).toBe('before\ufffd\ufffd(after \ufffd \u2028');
});

test('instructions hidden in descriptions and results are data', async () => {
  const run = await besideAnHonestOne('injection');
  expect(run.counts).toMatchObject({ ...HONEST, 'hostile-look': TRACES });
  for (const { messages } of run.traces) {
    expect(messages.filter(({ role }) => role === 'system')).toEqual([]);
    expect(messages[0]!.content).not.toMatch(/ignore|delete_everything|im_end/i);
  }
  // In a sample the markers are broken up: no text of a server opens or ends a turn.
  const samples = await readFile(join(run.workspace, 'samples', 'train', 'selector.jsonl'), 'utf8');
  expect(samples).toContain('delete_everything');
  expect(samples).not.toMatch(/instructions\.<\|im_end\|>/);
});

test('a tool that never answers is given up after a few calls', async () => {
  const run = await besideAnHonestOne('silent', { callTimeout: 3 });
  expect(run.counts).toEqual(HONEST);
  expect(run.rejects['hostile.look: its server gave no answer']).toBe(3);
});

test('a server that dies in the middle is started again', async () => {
  const run = await besideAnHonestOne('dies');
  expect(run.counts).toMatchObject({ ...HONEST, 'hostile-look': TRACES });
  expect(run.rejects['hostile.look: its server ended']).toBeGreaterThan(0);
});

test('a server that dies for good stops the run, which goes on with --keep-going', async () => {
  await expect(besideAnHonestOne('dies-for-good', { keepGoing: false })).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringMatching(/server hostile .*ended while starting/),
  });
  const run = await besideAnHonestOne('dies-for-good');
  expect(run.counts).toEqual({ ...HONEST, 'hostile-look': 2 });
  expect(run.warnings).toMatch(/server hostile no longer starts/);
  expect(run.rejects['hostile.look: error: its server no longer starts']).toBeGreaterThan(0);
});
