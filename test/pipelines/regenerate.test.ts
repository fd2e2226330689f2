import { lstat, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { StageEvent, StageEvents } from '../../core/event.ts';
import { hashFolder, readManifest } from '../../core/manifest.ts';
import { stageState } from '../../core/stage.ts';
import { buildData } from '../../pipelines/build-data.ts';
import { convert } from '../../pipelines/convert.ts';
import { discover } from '../../pipelines/discover.ts';
import { type LiveChange, liveChanges } from '../../pipelines/live-changes.ts';
import { lock } from '../../pipelines/lock.ts';
import { loadSettings, type Settings } from '../../pipelines/settings.ts';
import { STAGES } from '../../pipelines/stages.ts';
import { status } from '../../pipelines/status.ts';
import { synthesize } from '../../pipelines/synthesize.ts';
import { planTrain, train } from '../../pipelines/train.ts';
import {
  type ChangeableTool,
  type ChangeableWorkspace,
  changeableWorkspace,
  lookUpTool,
  QUICK_TRAINING,
  TEN_TOOLS,
} from '../fixtures/changeable-workspace.ts';
import { tinyModel } from '../fixtures/tiny-model.ts';

/** What is made again as the tools of a server of ten change, one after another; all on one workspace. */

const TIMEOUT = 600_000;
const TRAINING = {
  recipes: ['selector', 'monolithic', 'arguments'],
  set: QUICK_TRAINING,
};
const CHANGED = lookUpTool('price', 'Says what a product cost in a year.');
const OTHERS = TEN_TOOLS.slice(1);
let one: ChangeableWorkspace;
let settings: Settings;

beforeAll(async () => {
  const { base } = await tinyModel();
  one = await changeableWorkspace({
    base,
    prompt: { descriptions: 'first-sentence' },
    synthesize: { tracesPerTool: 8, chains: 0, respond: 8, parallel: 6, recovery: 0, clarify: 0 },
  });
  settings = await loadSettings(one.context);
  await one.offer({ shop: TEN_TOOLS });
  await makeData();
  await collect(train(one.context, settings, TRAINING));
  await collect(convert(one.context, settings));
  await collect(lock(one.context));
}, TIMEOUT);

async function collect(events: StageEvents): Promise<StageEvent[]> {
  return Array.fromAsync(events);
}

async function makeData(): Promise<StageEvent[]> {
  const stages = [discover, synthesize, buildData];
  const all: StageEvent[] = [];
  for (const stage of stages) all.push(...(await collect(stage(one.context, settings))));
  return all;
}

async function live(): Promise<LiveChange[]> {
  const events = liveChanges(one.context, settings);
  for (;;) {
    const step = await events.next();
    if (step.done) return step.value;
  }
}

/** The adapters that are to be trained. */
async function stale(): Promise<string[]> {
  const plans = await planTrain(one.context, settings, TRAINING);
  const states = await Promise.all(plans.map(async (plan) => ({ plan, ...(await stageState(plan)) })));
  return states.filter(({ state }) => state !== 'fresh').map(({ plan }) => plan.stage.replace('train ', ''));
}

async function splitOfTraces(): Promise<Map<string, string>> {
  const text = await readFile(join(one.context.workspace, 'samples', 'dealt.jsonl'), 'utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return new Map(lines.map(({ key, split }) => [key, split]));
}

async function readStart(adapter: string): Promise<unknown> {
  const text = await readFile(join(one.context.workspace, 'adapters', adapter, 'start.json'), 'utf8').catch(
    () => 'null',
  );
  return JSON.parse(text);
}

const hashes = () => hashFolder(join(one.context.workspace, 'adapters'));
const done = (events: readonly StageEvent[]) => events.flatMap((event) => (event.type === 'done' ? [event.stage] : []));

test(
  'formatting alone makes nothing stale, live or in the workspace',
  async () => {
    const spaced = (tool: ChangeableTool): ChangeableTool => {
      const { type, properties, required } = tool.inputSchema as {
        type: string;
        properties: object;
        required: string[];
      };
      const description = `  ${tool.description.replaceAll(' ', '\n   ')}`;
      return { ...tool, description, inputSchema: { required, properties, type } };
    };
    await one.offer({ shop: TEN_TOOLS.map(spaced) });
    expect(await live()).toEqual([]);
    expect(done(await makeData())).toEqual(['discover']);
    expect(await stale()).toEqual([]);
    const rows = await status(one.context, settings);
    expect(
      rows.filter(({ stage }) => /discover|synthesize|build-data|convert/.test(stage)).map(({ state }) => state),
    ).toEqual(['fresh', 'fresh', 'fresh', 'fresh']);
    // By its folder the status knows what a stage once made, when it cannot be planned.
    for (const { folder, plan } of STAGES)
      for (const { folder: made } of await plan(one.context, settings))
        expect(relative(one.context.workspace, made).split('/')[0]).toBe(folder);
  },
  TIMEOUT,
);

test(
  'an added server and a removed tool: one new adapter each way, the other adapters stay',
  async () => {
    await one.offer({ shop: OTHERS, depot: [lookUpTool('shelf')] });
    const several = ['monolithic', 'selector'];
    expect(await live()).toEqual([
      {
        tool: 'depot.get_shelf',
        change: 'added',
        fields: [],
        stale: [...several, 'arguments-depot-get_shelf'],
      },
      { tool: 'shop.get_price', change: 'removed', fields: [], stale: several },
    ]);
    await makeData();
    expect((await stale()).sort()).toEqual(['arguments-depot-get_shelf', 'monolithic', 'selector']);
    const rows = await status(one.context, settings);
    expect(rows.filter(({ stage }) => /convert|evaluate/.test(stage))).toEqual([
      { stage: 'convert', state: 'stale', why: 'adapters were trained on other samples than there are now' },
      { stage: 'evaluate', state: 'missing', why: 'was never made' },
    ]);
  },
  TIMEOUT,
);

test(
  'of a changed tool exactly its argument adapter, and what sees all tools; the rest is byte-identical',
  async () => {
    await one.offer({ shop: TEN_TOOLS });
    await makeData();
    await collect(train(one.context, settings, TRAINING));
    expect(await readStart('selector')).toBeNull(); // a tool was added
    await one.offer({ shop: [CHANGED, ...OTHERS] });
    expect(await live()).toMatchObject([{ tool: 'shop.get_price', change: 'changed', fields: ['description'] }]);
    const [split, before] = [await splitOfTraces(), await hashes()];
    const { hash: selector } = (await readManifest(join(one.context.workspace, 'adapters', 'selector')))!;
    await makeData();
    const now = await splitOfTraces();
    for (const [key, side] of split) if (now.has(key)) expect(now.get(key)).toBe(side);
    const trained = done(await collect(train(one.context, settings, TRAINING)));
    expect(trained.sort()).toEqual(['train arguments-shop-get_price', 'train monolithic', 'train selector']);
    // What sees all tools goes on from what it was.
    expect(await readStart('selector')).toEqual({ adapter: 'selector', hash: selector, lines: [expect.any(Array)] });
    const changed = Object.entries(await hashes()).filter(([file, hash]) => before[file] !== hash);
    expect(new Set(changed.map(([file]) => file.split('/')[0]))).toEqual(
      new Set(['arguments-shop-get_price', 'monolithic', 'selector']),
    );
    const converted = await collect(convert(one.context, settings));
    expect(converted.at(-1)).toMatchObject({ counts: { adapters: 12, reused: 9 } });
    await collect(lock(one.context));
    expect(await live()).toEqual([]);
    expect(await stale()).toEqual([]);
  },
  TIMEOUT,
);

test(
  'the adapter of a changed tool goes on from what it was while the parameters stay as they are, else from nothing',
  async () => {
    const adapter = 'arguments-shop-get_price';
    const trainOwn = async (tool: ChangeableTool) => {
      await one.offer({ shop: [tool, ...OTHERS] });
      await makeData();
      const own = { ...TRAINING, recipes: ['arguments'] };
      expect(done(await collect(train(one.context, settings, own)))).toEqual([`train ${adapter}`]);
      return readStart(adapter);
    };
    const { hash } = (await readManifest(join(one.context.workspace, 'adapters', adapter)))!;
    const said = lookUpTool('price', 'Tells how much a product was sold for.');
    expect(await trainOwn(said)).toEqual({ adapter, hash });
    const { properties, ...schema } = said.inputSchema as { properties: object };
    const shop = { type: 'string', description: 'The shop', enum: ['north', 'south'] };
    expect(await trainOwn({ ...said, inputSchema: { ...schema, properties: { ...properties, shop } } })).toBeNull();
    await collect(train(one.context, settings, TRAINING));
    await collect(lock(one.context));
  },
  TIMEOUT,
);

test('a lock that is broken or edited is an error that says what to do; without one, all tools are new', async () => {
  const path = join(one.context.workspace, 'catalogue.lock');
  const good = await readFile(path, 'utf8');
  const { adapters, tools } = JSON.parse(good);
  expect(Object.keys(tools)).toEqual(Object.keys(tools).sort());
  const { hash } = (await readManifest(join(one.context.workspace, 'adapters', 'selector')))!;
  expect(adapters.selector).toMatchObject({ task: 'selector', tools: [], hash });
  await writeFile(path, good.replace('shop.get_price', 'shop.get_prize'));
  await expect(live()).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringMatching(/edited[\s\S]*pipeline run/),
  });
  await writeFile(path, `<<<<<<< HEAD\n${good}`);
  await expect(live()).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringMatching(/catalogue\.lock[\s\S]*pipeline run/),
  });
  await rm(path);
  expect((await live()).map(({ tool, change }) => [tool, change])).toEqual(
    Object.keys(tools).map((tool) => [tool, 'added']),
  );
  await writeFile(path, good);
  // Kept in a repository, and linked from there.
  const kept = join(one.context.workspace, 'kept.lock');
  await rename(path, kept);
  await symlink('kept.lock', path);
  await writeFile(kept, '{}');
  await collect(lock(one.context));
  expect((await lstat(path)).isSymbolicLink()).toBe(true);
  expect(await readFile(kept, 'utf8')).toBe(good);
  await rm(path);
  await mkdir(path);
  await expect(collect(lock(one.context))).rejects.toMatchObject({ kind: 'environment' });
});
