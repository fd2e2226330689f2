import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { StageEvent, StageEvents } from '../../../core/event.ts';
import { hashFile, hashJson } from '../../../core/hash.ts';
import { hashFolder, readManifest } from '../../../core/manifest.ts';
import { buildData } from '../../../pipelines/build-data.ts';
import { discover } from '../../../pipelines/discover.ts';
import { loadSettings, type Settings } from '../../../pipelines/settings.ts';
import { synthesize } from '../../../pipelines/synthesize.ts';
import { train } from '../../../pipelines/train.ts';
import {
  type ChangeableWorkspace,
  changeableWorkspace,
  lookUpTool,
  QUICK_TRAINING,
} from '../../fixtures/changeable-workspace.ts';
import { tinyModel } from '../../fixtures/tiny-model.ts';

/** What becomes of argument adapters as tools get other names, one after another; all on one workspace. */

const TIMEOUT = 600_000;
const TRAINING = {
  recipes: ['demo/arguments'],
  set: [...QUICK_TRAINING, 'workers=1', 'shared={epochs: 1, batch_size: 16, lr: 0.01}'],
};
const SHARED = 'train arguments';
const [price, weight, height] = ['price', 'weight', 'height'].map((topic) => lookUpTool(topic));
let one: ChangeableWorkspace;
let settings: Settings;

beforeAll(async () => {
  const { base } = await tinyModel();
  one = await changeableWorkspace({
    base,
    prompt: { descriptions: 'first-sentence' },
    synthesize: { tracesPerTool: 16, chains: 0, respond: 4, parallel: 0, recovery: 0, clarify: 0 },
  });
  settings = await loadSettings(one.context);
  await make([price!, weight!, height!]);
}, TIMEOUT);

const adapter = (name: string, ...path: string[]) => join(one.context.workspace, 'adapters', name, ...path);
const weights = (name: string) => hashFile(adapter(name, 'adapter_model.safetensors'));
const told = (events: readonly StageEvent[], type: StageEvent['type']) =>
  events.filter((event) => event.type === type && event.stage.startsWith('train ') && event.stage !== SHARED);

/** What `run` does until adapters are trained, with a server of these tools. @returns the events of the training */
async function make(tools: readonly ReturnType<typeof lookUpTool>[]): Promise<StageEvent[]> {
  await one.offer({ shop: tools });
  const collect = (events: StageEvents) => Array.fromAsync(events);
  for (const stage of [discover, synthesize, buildData]) await collect(stage(one.context, settings));
  return collect(train(one.context, settings, TRAINING));
}

/** The steps that argument adapters of one tool took. */
function steps(events: readonly StageEvent[]): string[] {
  const found = told(events, 'data').filter((event) => event.type === 'data' && event.data.event === 'step');
  return [...new Set(found.map(({ stage }) => stage))];
}

test(
  'a tool with another name and nothing else keeps its adapter, byte for byte; what that was is written down',
  async () => {
    const [before, others] = [
      await weights('arguments-shop-get_price'),
      await hashFolder(adapter('arguments-shop-get_weight')),
    ];
    const events = await make([{ ...price!, name: 'get_cost' }, weight!, height!]);
    expect(steps(events)).toEqual([]);
    expect(told(events, 'done')).toEqual([
      expect.objectContaining({
        stage: 'train arguments-shop-get_cost',
        counts: { adopted: 1, 'validation calls': expect.any(Number) },
      }),
    ]);
    expect(await weights('arguments-shop-get_cost')).toBe(before);
    expect(await hashFolder(adapter('arguments-shop-get_weight'))).toEqual(others);
    const { hash, toolVersions } = (await readManifest(adapter('arguments-shop-get_price')))!;
    const adopted = JSON.parse(await readFile(adapter('arguments-shop-get_cost', 'adopted.json'), 'utf8'));
    expect(adopted).toMatchObject({ adapter: 'arguments-shop-get_price', hash });
    expect(adopted.validation.now.calls).toBe(adopted.validation.before.calls);
    expect(adopted.validation.now.loss).not.toBe(adopted.validation.before.loss); // it was asked under the new name
    expect((await readManifest(adapter('arguments-shop-get_cost')))!.toolVersions).toEqual(toolVersions);
    const job = JSON.parse(await readFile(adapter('arguments-shop-get_cost', 'job.json'), 'utf8'));
    expect(job).toMatchObject({ name: 'arguments-shop-get_cost', tool: 'shop.get_cost' });
    expect(told(await make([{ ...price!, name: 'get_cost' }, weight!, height!]), 'done')).toEqual([]);
  },
  TIMEOUT,
);

test(
  'a name after a name that was never trained leads to the same adapter; a name with another schema does not',
  async () => {
    await one.offer({ shop: [{ ...price!, name: 'get_cost' }, { ...weight!, name: 'get_mass' }, height!] });
    for (const stage of [discover, synthesize, buildData]) await Array.fromAsync(stage(one.context, settings));
    const { year, ...properties } = height!.inputSchema.properties as Record<string, object>;
    const taller = {
      ...height!,
      name: 'get_tallness',
      inputSchema: { type: 'object', properties: { ...properties, month: year }, required: ['product'] },
    };
    const events = await make([{ ...price!, name: 'get_cost' }, { ...weight!, name: 'get_heaviness' }, taller]);
    expect(steps(events)).toEqual(['train arguments-shop-get_tallness']);
    expect(await weights('arguments-shop-get_heaviness')).toBe(await weights('arguments-shop-get_weight'));
    expect(told(events, 'warning')).toEqual([]);
  },
  TIMEOUT,
);

test(
  'an adapter that is worse under the new name is trained, and so is one that was edited; it says why',
  async () => {
    const record = adapter('arguments-shop-get_cost', 'training.jsonl');
    const text = await readFile(record, 'utf8');
    await writeFile(record, text.replace(/("event": ?"eval".*?"loss": ?)[\d.]+/g, '$10.001'));
    await rewriteManifest(adapter('arguments-shop-get_cost'));
    await writeFile(adapter('arguments-shop-get_heaviness', 'adapter_config.json'), '{}');
    await rm(adapter('arguments-shop-get_weight'), { recursive: true });
    await rename(adapter('arguments-shop-get_price'), `${adapter('arguments-shop-get_price')}-aside`);
    const events = await make([
      { ...price!, name: 'get_worth' },
      { ...weight!, name: 'get_burden' },
    ]);
    expect(steps(events).sort()).toEqual(['train arguments-shop-get_burden', 'train arguments-shop-get_worth']);
    expect(told(events, 'warning')).toEqual([
      {
        type: 'warning',
        stage: 'train arguments-shop-get_worth',
        message: expect.stringMatching(
          /arguments-shop-get_cost is not taken over, it is trained: its validation loss is [\d.]+, was 0\.001/,
        ),
      },
    ]);
    expect(await weights('arguments-shop-get_worth')).not.toBe(await weights('arguments-shop-get_cost'));
    await expect(readFile(adapter('arguments-shop-get_worth', 'adopted.json'))).rejects.toThrow(/ENOENT/);
  },
  TIMEOUT,
);

/** As if the adapter had been made so. */
async function rewriteManifest(folder: string): Promise<void> {
  const manifest = (await readManifest(folder))!;
  const files = await hashFolder(folder);
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, files, hash: hashJson(files) }));
}
