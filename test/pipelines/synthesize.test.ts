import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { hashFolder } from '../../core/manifest.ts';
import { SchemaValidators } from '../../core/schema-validators.ts';
import { CatalogueSchema } from '../../core/tool.ts';
import { stepsOf, type Trace, TraceSchema } from '../../core/trace.ts';
import { writeDemoWorkspace } from '../../pipelines/demo/workspace.ts';
import { discover } from '../../pipelines/discover.ts';
import { loadSettings, type Settings } from '../../pipelines/settings.ts';
import { synthesize } from '../../pipelines/synthesize.ts';
import { cataloguePath } from '../../pipelines/workspace-files.ts';
import { scripted } from '../fixtures/scripted-config.ts';

let root: string;
let reference: string;
const SMALL = { tracesPerTool: 2, chains: 6, respond: 6 };

function contextOf(workspace: string, signal = new AbortController().signal): Context {
  return { workspace, env: {}, serverEnv: { PATH: process.env.PATH ?? '' }, signal };
}

async function small(context: Context): Promise<Settings> {
  const settings = await loadSettings(context);
  return { ...settings, synthesize: { ...settings.synthesize, ...SMALL } };
}

async function run(context: Context, onEvent: (event: StageEvent) => void = () => {}): Promise<void> {
  for await (const event of synthesize(context, await small(context))) onEvent(event);
}

async function tracesOf(workspace: string): Promise<Trace[]> {
  const text = await readFile(join(workspace, 'traces', 'traces.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => TraceSchema.parse(JSON.parse(line)));
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'synthesize-'));
  reference = join(root, 'reference');
  await writeDemoWorkspace(reference, 1);
  const context = contextOf(reference);
  for await (const _ of discover(context, await loadSettings(context)));
  // Not copied: a copy's folders have other times, which results show.
  await writeDemoWorkspace(join(root, 'resumed'), 1);
  await cp(join(reference, 'catalogue'), join(root, 'resumed', 'catalogue'), { recursive: true });
  await run(context);
});

test('every call is valid, was carried out, and its values stand in the query or an earlier result', async () => {
  const catalogue = CatalogueSchema.parse(JSON.parse(await readFile(cataloguePath(contextOf(reference)), 'utf8')));
  const traces = await tracesOf(reference);
  expect(traces).toHaveLength(15 * 2 + 12);
  for (const trace of traces) {
    expect(trace.provenance.executed).toBe(true);
    expect(trace.tools).toEqual(catalogue.tools.map(({ id }) => id));
    for (const { call, before } of stepsOf(trace)) {
      if (call === null) continue;
      const tool = catalogue.tools.find(({ id }) => id === call.tool)!;
      expect(new SchemaValidators().check(tool.inputSchema)(call.arguments), JSON.stringify(call)).toBeUndefined();
      const known = before
        .map(({ content }) => content ?? '')
        .join('\n')
        .replaceAll('_', ' ');
      for (const text of textsIn(call.arguments))
        expect(isToldIn(text.replaceAll('_', ' '), known), `${text} in ${known}`).toBe(true);
    }
  }
});

test('chains use what an earlier call found; respond traces have no call', async () => {
  const traces = await tracesOf(reference);
  const kinds = Map.groupBy(traces, ({ provenance }) => provenance.kind);
  expect(kinds.get('chain')).toHaveLength(6);
  for (const trace of kinds.get('chain') ?? [])
    expect(trace.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
      'tool',
      'assistant',
    ]);
  for (const trace of kinds.get('respond') ?? [])
    expect(stepsOf(trace)).toMatchObject([{ call: null, content: expect.stringMatching(/./) }]);
});

test('an interrupted run goes on where it stopped and ends with the same bytes; the data is untouched', async () => {
  const workspace = join(root, 'resumed');
  const data = await hashFolder(join(workspace, 'files'));
  const controller = new AbortController();
  const interrupted = run(
    contextOf(workspace, controller.signal),
    ({ type }) => type === 'progress' && controller.abort(),
  );
  await expect(interrupted).rejects.toMatchObject({ kind: 'interrupted' });
  // A crash may leave half a line.
  await writeFile(join(workspace, 'traces.partial', 'traces.jsonl'), '{"id": "half', { flag: 'a' });
  let resumed = 0;
  await run(contextOf(workspace), (event) => {
    if (event.type === 'start') resumed = event.resumed ?? 0;
  });
  expect(resumed).toBeGreaterThan(0);
  expect(await hashFolder(join(workspace, 'traces'))).toEqual(await hashFolder(join(reference, 'traces')));
  expect(await hashFolder(join(workspace, 'files'))).toEqual(data);
});

test('a tool without a sandbox is not run, and its traces say so', async () => {
  const workspace = join(root, 'plain');
  await cp(reference, workspace, { recursive: true, filter: (path) => !/traces|catalogue/.test(path) });
  await writeFile(join(workspace, 'workspace.yaml'), 'seed: 1\nsafe: [notes.add_nte]\n');
  await writeFile(
    join(workspace, 'servers.json'),
    JSON.stringify({
      mcpServers: { notes: { command: process.execPath, args: [...scripted('good').args, join(workspace, 'n.txt')] } },
    }),
  );
  const context = contextOf(workspace);
  for await (const _ of discover(context, await loadSettings(context)));
  const warnings: string[] = [];
  await run(context, (event) => {
    if (event.type === 'warning') warnings.push(event.message);
  });
  expect(warnings.join()).toContain('notes.add_note is not run');
  expect(warnings.join()).toContain('`safe` names notes.add_nte, which the catalogue does not have: did you mean');
  const traces = await tracesOf(workspace);
  const added = traces.filter(({ id }) => id.startsWith('notes-add_note'));
  expect(added).toHaveLength(2);
  for (const { provenance, messages } of added) {
    expect(provenance.executed).toBe(false);
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  }
  expect(traces.filter(({ id }) => id.startsWith('notes-echo')).every(({ provenance }) => provenance.executed)).toBe(
    true,
  );
});

test('without a catalogue it says what to do first', async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'synthesize-'));
  await expect(run(contextOf(workspace))).rejects.toThrow(/discover/);
});

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
}

/** The top folder, patterns and sort orders may be told in words of their own; what a listing names stands there without its folder. */
function isToldIn(text: string, known: string): boolean {
  if (known.includes(text) || text === '.' || text === 'name' || text === 'size') return true;
  if (text.includes('*')) return known.includes(text.replaceAll('*', '').replace(/^\//, '').split('.')[0]!);
  return /\[FILE\]/.test(known) && known.includes(text.split('/').at(-1)!);
}
