import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Context } from '../../../core/context.ts';
import type { StageEvent } from '../../../core/event.ts';
import { readJsonFile } from '../../../core/json-file.ts';
import { readJsonl } from '../../../core/jsonl.ts';
import { hashFolder } from '../../../core/manifest.ts';
import { SampleSchema } from '../../../core/sample.ts';
import { CatalogueSchema } from '../../../core/tool.ts';
import { stepsOf, type Trace, TraceSchema } from '../../../core/trace.ts';
import { traceValidator } from '../../../datasets/validate-trace.ts';
import { buildData } from '../../../pipelines/build-data.ts';
import { writeDemoWorkspace } from '../../../pipelines/demo/workspace.ts';
import { discover } from '../../../pipelines/discover.ts';
import { loadSettings, type Settings } from '../../../pipelines/settings.ts';
import { MOST_FAILED } from '../../../pipelines/synthesize/given-up.ts';
import { planSynthesize, synthesize } from '../../../pipelines/synthesize.ts';
import { isTold, valuesIn } from '../../../pipelines/telling/told-values.ts';
import { cataloguePath, tracesPath } from '../../../pipelines/workspace-files.ts';
import { scripted } from '../../fixtures/scripted-config.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const OLD = { tracesPerTool: 1, chains: 2, respond: 2 };
const NONE = { ...OLD, parallel: 0, recovery: 0, clarify: 0 };
const EACH = 24;
const KINDS = { ...OLD, parallel: EACH, recovery: EACH, clarify: EACH, confusable: 6 };

let root: string;
let traces: Trace[];
let demo: Context;

function contextOf(workspace: string, signal = new AbortController().signal): Context {
  return { workspace, env: {}, serverEnv: { PATH: process.env.PATH ?? '' }, signal };
}

async function settingsOf(context: Context, counts: Partial<Settings['synthesize']>): Promise<Settings> {
  const settings = await loadSettings(context);
  return { ...settings, synthesize: { ...settings.synthesize, ...counts } };
}

async function run(context: Context, counts: Partial<Settings['synthesize']>, onEvent = (_: StageEvent) => {}) {
  const events: StageEvent[] = [];
  for await (const event of synthesize(context, await settingsOf(context, counts))) {
    events.push(event);
    onEvent(event);
  }
  return events;
}

async function demoWorkspace(name: string): Promise<Context> {
  const context = contextOf(join(root, name));
  await writeDemoWorkspace(context.workspace, 1);
  if (demo === undefined) for await (const _ of discover(context, await loadSettings(context)));
  else await cp(join(demo.workspace, 'catalogue'), join(context.workspace, 'catalogue'), { recursive: true });
  return context;
}

const linesOf = async (context: Context) => (await readFile(tracesPath(context), 'utf8')).trimEnd().split('\n');
const tracesOf = async (context: Context) =>
  (await linesOf(context)).map((line) => TraceSchema.parse(JSON.parse(line)));
const ofKind = (kind: string, from = traces) => from.filter(({ provenance }) => provenance.kind === kind);
const callsOf = (trace: Trace) => stepsOf(trace).flatMap(({ call }) => call ?? []);
const shapeOf = ({ messages }: Trace) =>
  messages.map((message) => {
    if (message.role === 'tool') return message.isError ? 'error' : 'result';
    return message.role === 'assistant' && message.call === undefined
      ? 'text'
      : message.role === 'user'
        ? 'user'
        : 'call';
  });
const said = ({ messages }: Trace, place = 0) => String(messages[place]?.content);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kinds-'));
  demo = await demoWorkspace('demo');
  await run(demo, KINDS);
  traces = await tracesOf(demo);
});

test('every trace is valid, and there are as many of each kind as were asked for', async () => {
  const catalogue = await readJsonFile(cataloguePath(demo), CatalogueSchema);
  const validate = traceValidator(catalogue);
  expect(traces.map((trace) => [trace.id, validate(trace)]).filter(([, trouble]) => trouble !== undefined)).toEqual([]);
  for (const kind of ['parallel', 'recovery', 'clarify']) expect(ofKind(kind)).toHaveLength(EACH);
  const difficulties = new Set(traces.map(({ provenance }) => provenance.difficulty));
  expect([...difficulties].sort()).toEqual(['easy', 'hard', 'medium', 'vague']);
});

test('the traces of the other kinds are the same with and without them', async () => {
  const without = await demoWorkspace('without');
  await run(without, NONE);
  const lines = await linesOf(without);
  expect((await linesOf(demo)).slice(0, lines.length)).toEqual(lines);
});

test('a parallel query tells all values of two or three calls, which all work', () => {
  for (const trace of ofKind('parallel')) {
    expect(shapeOf(trace).join(' ')).toMatch(/^user( call result){2,3}$/);
    for (const { arguments: args } of callsOf(trace))
      for (const value of valuesIn(args).filter((text) => /^[\w /.-]{2,}$/.test(text)))
        expect(isTold(value, said(trace)), `${value} in ${said(trace)}`).toBe(true);
  }
  expect(new Set(ofKind('parallel').map(({ provenance }) => provenance.family)).size).toBeGreaterThan(EACH / 2);
});

test('a recovery begins with an error; then the right value is found, or it is said that there is none', () => {
  const recoveries = ofKind('recovery');
  for (const trace of recoveries) {
    expect(shapeOf(trace).join(' ')).toMatch(/^user call error( call result call result| call result|) text$/);
    const calls = callsOf(trace);
    if (calls.length < 3) continue;
    const [wrong, , right] = calls.map((call) => valuesIn(call.arguments));
    const corrected = right!.filter((value) => !wrong!.includes(value));
    expect(calls[2]!.tool).toBe(calls[0]!.tool);
    expect(corrected).toHaveLength(1);
    expect(said(trace)).not.toContain(corrected[0]);
    expect(said(trace, 4)).toContain(corrected[0]!.split('/').at(-1));
    expect(said(trace, trace.messages.length - 1)).toContain(corrected[0]);
  }
  const lengths = new Set(recoveries.map((trace) => callsOf(trace).length));
  expect(lengths).toContain(3);
  expect(lengths.size).toBeGreaterThan(1);
  expect(recoveries.every(({ provenance }) => !provenance.family.startsWith('recovery'))).toBe(true);
});

test('a clarification is asked for before the call, whose values stand in what the user says', () => {
  for (const trace of ofKind('clarify')) {
    expect(shapeOf(trace).join(' ')).toMatch(/^user text user call result( text)?$/);
    const values = valuesIn(callsOf(trace)[0]!.arguments).filter((text) => text !== '.');
    const told = values.filter((value) => isTold(value, said(trace)));
    for (const value of values) expect(isTold(value, `${said(trace)} ${said(trace, 2)}`), value).toBe(true);
    if (values.length > 0) expect(told.length, said(trace)).toBeLessThan(values.length);
    expect(said(trace, 1)).toMatch(/\?$/);
  }
});

test('an interrupted run ends with the same bytes', async () => {
  const resumed = await demoWorkspace('resumed');
  const controller = new AbortController();
  const stop = ({ type, ...rest }: StageEvent) =>
    type === 'progress' && 'done' in rest && rest.done >= 40 && controller.abort();
  await expect(run(contextOf(resumed.workspace, controller.signal), KINDS, stop)).rejects.toMatchObject({
    kind: 'interrupted',
  });
  await run(resumed, KINDS);
  expect(await hashFolder(join(resumed.workspace, 'traces'))).toEqual(await hashFolder(join(demo.workspace, 'traces')));
});

test('their samples pass the cut-rule check, and each split has some of each kind', async () => {
  for await (const _ of buildData(demo, await settingsOf(demo, KINDS)));
  expect(await readJsonFile(join(demo.workspace, 'samples', 'rejects.json'), z.unknown())).toEqual({});
  const kinds = new Map(traces.map(({ id, provenance }) => [id, provenance.kind]));
  for (const split of ['train', 'validation', 'test']) {
    const found = new Set<string | undefined>();
    for await (const { meta } of readJsonl(join(demo.workspace, 'samples', split, 'selector.jsonl'), SampleSchema))
      found.add(kinds.get(meta.trace));
    expect([...found], split).toEqual(expect.arrayContaining(['parallel', 'recovery', 'clarify']));
  }
});

test('tools of unknown concept have all kinds too; one that never works is given up for the run', async () => {
  const context = contextOf(join(root, 'shop'));
  await writeDemoWorkspace(context.workspace, 1);
  await writeFile(join(context.workspace, 'workspace.yaml'), 'seed: 1\n');
  const { command, args } = scripted('shop');
  await writeFile(join(context.workspace, 'servers.json'), JSON.stringify({ mcpServers: { shop: { command, args } } }));
  for await (const _ of discover(context, await loadSettings(context)));
  const events = await run(context, { tracesPerTool: 6, chains: 0, respond: 2, parallel: 6, recovery: 6, clarify: 6 });
  const made = await tracesOf(context);
  for (const kind of ['parallel', 'recovery', 'clarify']) expect(ofKind(kind, made), kind).toHaveLength(6);
  const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  expect(warnings.filter((message) => message.includes('it is not called again'))).toEqual([
    expect.stringContaining('shop.check_stock'),
  ]);
  const rejects = JSON.parse(await readFile(join(context.workspace, 'traces', 'rejects.json'), 'utf8'));
  expect(rejects['shop.check_stock: error: the warehouse does not answer']).toBe(MOST_FAILED);
});

test('other confusions are another plan, and bring traces for either tool of a pair', async () => {
  const context = await demoWorkspace('focus');
  const file = join(context.workspace, 'confusions.json');
  const confusion = { gold: 'memory.open_nodes', predicted: 'memory.search_nodes', count: 3 };
  await writeFile(file, JSON.stringify([confusion, { gold: null, predicted: 'memory.read_graph', count: 1 }]));
  const counts = { ...NONE, tracesPerTool: 0, chains: 0, focus: { file: 'confusions.json', traces: 8 } };
  const plan = await planSynthesize(context, await settingsOf(context, counts));
  await run(context, counts);
  const focused = (await tracesOf(context)).filter(({ id }) => id.startsWith('focus-'));
  const tools = focused.map((trace) => callsOf(trace)[0]?.tool ?? 'respond');
  expect(Object.fromEntries([...Map.groupBy(tools, String)].map(([tool, all]) => [tool, all.length]))).toEqual({
    'memory.open_nodes': 3,
    'memory.search_nodes': 3,
    respond: 1,
    'memory.read_graph': 1,
  });
  expect(focused.every(({ provenance }) => provenance.difficulty === 'hard' || provenance.kind === 'respond')).toBe(
    true,
  );
  await writeFile(file, JSON.stringify([confusion]));
  expect((await planSynthesize(context, await settingsOf(context, counts))).inputs).not.toEqual(plan.inputs);
  const missing = { ...counts, focus: { file: 'none.json', traces: 8 } };
  await expect(settingsOf(context, missing).then((all) => planSynthesize(context, all))).rejects.toThrow(/confusions/);
});
