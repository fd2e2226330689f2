import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Context } from '../../../core/context.ts';
import type { StageEvent } from '../../../core/event.ts';
import { readJsonl } from '../../../core/jsonl.ts';
import { hashFolder } from '../../../core/manifest.ts';
import { stepsOf, type Trace, TraceSchema } from '../../../core/trace.ts';
import { discover } from '../../../pipelines/discover.ts';
import { loadSettings } from '../../../pipelines/settings.ts';
import { readBasis } from '../../../pipelines/synthesize/trace-basis.ts';
import { synthesize } from '../../../pipelines/synthesize.ts';
import { tracesPath } from '../../../pipelines/workspace-files.ts';
import {
  type ChangeableWorkspace,
  changeableWorkspace,
  lookUpTool,
  TEN_TOOLS,
} from '../../fixtures/changeable-workspace.ts';

const SETTINGS = {
  synthesize: { tracesPerTool: 3, chains: 0, respond: 6, parallel: 10, recovery: 0, clarify: 10 },
};
const [PRICE, ...OTHERS] = TEN_TOOLS;
let one: ChangeableWorkspace;
let before: Trace[];

beforeAll(async () => {
  one = await changeableWorkspace(SETTINGS);
  await one.offer({ shop: TEN_TOOLS });
  await make(one.context);
  before = await tracesOf(one.context);
  await cp(join(one.context.workspace, 'traces'), join(one.context.workspace, 'traces.before'), { recursive: true });
});

async function make(context: Context, force = false): Promise<StageEvent[]> {
  const settings = await loadSettings(context);
  for await (const _ of discover(context, settings));
  return Array.fromAsync(synthesize(context, settings, { force }));
}

/** Starts from the traces of ten tools. */
async function remade(servers: Parameters<ChangeableWorkspace['offer']>[0]) {
  const { workspace } = one.context;
  await rm(join(workspace, 'traces'), { recursive: true });
  await cp(join(workspace, 'traces.before'), join(workspace, 'traces'), { recursive: true });
  await one.offer(servers);
  const events = await make(one.context);
  return { events, traces: await tracesOf(one.context) };
}

const tracesOf = (context: Context) => Array.fromAsync(readJsonl(tracesPath(context), TraceSchema));
const calls = (trace: Trace) => stepsOf(trace).flatMap(({ call }) => (call === null ? [] : [call.tool]));
const said = (traces: readonly Trace[]) => new Map(traces.map(({ id, messages }) => [id, JSON.stringify(messages)]));
const countsOf = (events: readonly StageEvent[]) => {
  const last = events.at(-1);
  return last?.type === 'done' ? last.counts : undefined;
};

test('of a changed tool only its traces are made again, the others stay as they were', async () => {
  const { events, traces } = await remade({ shop: [lookUpTool('price', 'Says what a product cost.'), ...OTHERS] });
  const concerned = before.filter((trace) => calls(trace).includes('shop.get_price'));
  expect(countsOf(events)?.kept).toBe(before.length - concerned.length);
  expect(events.find(({ type }) => type === 'progress')).toMatchObject({
    note: expect.stringMatching(/made anew: shop\.get_price$/),
  });
  const now = said(traces);
  for (const trace of before.filter((trace) => !concerned.includes(trace)))
    expect(now.get(trace.id)).toBe(said([trace]).get(trace.id));
  expect(new Set(traces.map(({ provenance }) => provenance.catalogue)).size).toBe(1);
  expect(traces[0]!.provenance.catalogue).not.toBe(before[0]!.provenance.catalogue);
  expect(traces.filter((trace) => calls(trace).includes('shop.get_price')).length).toBeGreaterThanOrEqual(3);
  expect(new Set(traces.map(({ messages }) => messages[0]!.content)).size).toBe(traces.length);
  const { tools } = (await readBasis(join(one.context.workspace, 'traces')))!;
  const older = (await readBasis(join(one.context.workspace, 'traces.before')))!.tools;
  expect(Object.keys(tools).filter((id) => tools[id]!.says !== older[id]!.says)).toEqual(['shop.get_price']);
  expect(tools['shop.get_owner']).toEqual(older['shop.get_owner']);
});

test('a removed tool takes its traces along; an added server gets its share of all kinds', async () => {
  const { traces } = await remade({ shop: OTHERS, depot: [lookUpTool('shelf'), lookUpTool('aisle')] });
  expect(traces.filter((trace) => calls(trace).includes('shop.get_price'))).toEqual([]);
  for (const tool of ['depot.get_shelf', 'depot.get_aisle']) {
    const kinds = traces.filter((trace) => calls(trace).includes(tool)).map(({ provenance }) => provenance.kind);
    expect(kinds.filter((kind) => kind === 'single')).toHaveLength(3);
    expect(kinds).toContain('clarify');
    expect(kinds).toContain('parallel');
  }
  const kept = said(before.filter((trace) => !calls(trace).includes('shop.get_price')));
  const now = said(traces);
  for (const [id, messages] of kept) expect(now.get(id)).toBe(messages);
  expect(new Set(traces.map(({ id }) => id)).size).toBe(traces.length);
  // What was made for them is kept when the next tool changes.
  await one.offer({ shop: OTHERS.slice(1), depot: [lookUpTool('shelf'), lookUpTool('aisle')] });
  await make(one.context);
  const later = said(await tracesOf(one.context));
  for (const trace of traces.filter((trace) => calls(trace).some((id) => id.startsWith('depot'))))
    if (!calls(trace).includes('shop.get_weight')) expect(later.get(trace.id)).toBe(said([trace]).get(trace.id));
});

test('a renamed tool keeps its traces under the new name', async () => {
  const { events, traces } = await remade({ shop: [{ ...PRICE!, name: 'find_price' }, ...OTHERS] });
  expect(countsOf(events)).toMatchObject({ kept: before.length, traces: before.length });
  expect(traces.map((trace) => calls(trace))).toEqual(
    before.map((trace) => calls(trace).map((id) => id.replace('get_price', 'find_price'))),
  );
  expect(traces.map(({ id }) => id)).toContain('shop-find_price-0000');
  expect(await readBasis(join(one.context.workspace, 'traces'))).toMatchObject({
    renamed: { 'shop.find_price': 'shop.get_price' },
  });
});

test('with force, or other settings, all are made anew; the same tools again give the same bytes', async () => {
  await remade({ shop: [lookUpTool('price', 'Says what a product cost.'), ...OTHERS] });
  await one.offer({ shop: TEN_TOOLS });
  expect(countsOf(await make(one.context, true))).not.toHaveProperty('kept');
  const [now, then] = await Promise.all(
    ['traces', 'traces.before'].map((name) => hashFolder(join(one.context.workspace, name))),
  );
  expect(now).toEqual(then);
  const settings = await loadSettings(one.context);
  const more = { ...settings, synthesize: { ...settings.synthesize, tracesPerTool: 4 } };
  const events = await Array.fromAsync(synthesize(one.context, more));
  expect(countsOf(events)).not.toHaveProperty('kept');
});

test('an interrupted run goes on and ends with the same bytes', async () => {
  const servers = { shop: [lookUpTool('price', 'Says what a product cost.'), ...OTHERS], depot: [lookUpTool('shelf')] };
  await remade(servers);
  const whole = await hashFolder(join(one.context.workspace, 'traces'));
  const stop = new AbortController();
  const context = { ...one.context, signal: stop.signal };
  const { workspace } = context;
  await rm(join(workspace, 'traces'), { recursive: true });
  await cp(join(workspace, 'traces.before'), join(workspace, 'traces'), { recursive: true });
  const stopped = async () => {
    for await (const event of synthesize(context, await loadSettings(context)))
      if (event.type === 'progress' && event.done >= 20) stop.abort();
  };
  await expect(stopped()).rejects.toMatchObject({ kind: 'interrupted' });
  expect(
    (await readFile(join(workspace, 'traces.partial', '.units.jsonl'), 'utf8')).split('\n').length,
  ).toBeGreaterThan(20);
  await make(one.context);
  expect(await hashFolder(join(workspace, 'traces'))).toEqual(whole);
});
