import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Context } from '../../core/context.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { readJsonl } from '../../core/jsonl.ts';
import { SampleSchema } from '../../core/sample.ts';
import { CatalogueSchema } from '../../core/tool.ts';
import { type Trace, TraceSchema } from '../../core/trace.ts';
import { ablationTable } from '../../pipelines/ablation/ablation-table.ts';
import { carelessUnits } from '../../pipelines/ablation/careless-units.ts';
import { CONDITIONS, conditionSettings, fullSettings } from '../../pipelines/ablation/conditions.ts';
import { ablationRow } from '../../pipelines/ablation.ts';
import { buildData } from '../../pipelines/build-data.ts';
import { writeDemoWorkspace } from '../../pipelines/demo/workspace.ts';
import { discover } from '../../pipelines/discover.ts';
import { loadSettings, type Settings } from '../../pipelines/settings.ts';
import { modelOf } from '../../pipelines/synthesize/concepts.ts';
import { untoldInTrace } from '../../pipelines/synthesize/verify/untold-value.ts';
import { synthesize } from '../../pipelines/synthesize.ts';
import { cataloguePath, heldOutPath, tracesPath } from '../../pipelines/workspace-files.ts';
import { RIGHT } from '../fixtures/prediction-record.ts';

async function makeContext(): Promise<Context> {
  const workspace = await mkdtemp(join(tmpdir(), 'ablation-'));
  const env = { PATH: process.env.PATH ?? '' };
  return { workspace, env, serverEnv: env, signal: new AbortController().signal };
}

/** The same in small. */
const few = (settings: Settings): Settings => ({
  ...settings,
  synthesize: {
    ...settings.synthesize,
    ...{ tracesPerTool: 3, respond: 4 },
    ...(settings.synthesize.chains > 0 && { chains: 3, parallel: 3, recovery: 4, clarify: 3 }),
  },
});

test('each condition lacks what its name says and nothing else', async () => {
  const context = await makeContext();
  await writeDemoWorkspace(context.workspace, 1);
  const full = fullSettings(await loadSettings(context));
  expect(full.synthesize.verify).toEqual({ execution: true, provenance: true, state: true });
  const [whole, ...lacking] = CONDITIONS.map((condition) => conditionSettings(full, condition, 'traces.jsonl'));
  expect(whole).toEqual({ ...full, split: { ...full.split, heldOut: 'traces.jsonl', limit: expect.any(Number) } });
  expect(lacking.map(({ synthesize: { verify }, split }) => ({ verify, dedupe: split.dedupe }))).toEqual([
    { verify: { execution: false, provenance: false, state: false }, dedupe: true },
    { verify: full.synthesize.verify, dedupe: true },
    { verify: full.synthesize.verify, dedupe: false },
    // These are trained in another way, or with other prompts.
    { verify: full.synthesize.verify, dedupe: true },
    { verify: full.synthesize.verify, dedupe: true },
    { verify: full.synthesize.verify, dedupe: true },
    { verify: full.synthesize.verify, dedupe: true },
  ]);
  expect(lacking.slice(-3).map(({ prompt }) => prompt)).toEqual([
    full.prompt,
    { ...full.prompt, argumentTools: 'all' },
    { ...full.prompt, selectorTools: 'described' },
  ]);
  expect(CONDITIONS.map(({ training }) => training?.set?.[0]).filter(Boolean)).toEqual([
    'method=plain',
    'method=activated',
    'method=activated',
  ]);
  expect(new Set(lacking.map(({ split }) => JSON.stringify([split.heldOut, split.limit]))).size).toBe(1);
});

test('easy data have no hard cases; all conditions are tested on the same steps', async () => {
  const heldOut = await makeContext();
  await writeDemoWorkspace(heldOut.workspace, 1);
  const full = few(fullSettings(await loadSettings(heldOut)));
  for await (const _ of discover(heldOut, full));
  for await (const _ of synthesize(heldOut, full));
  for await (const _ of buildData(heldOut, full));
  const tested = new Set<string>();
  const traces = new Map<string, Trace[]>();
  for (const condition of CONDITIONS.filter(({ training }) => training === undefined)) {
    const context = await makeContext();
    await writeDemoWorkspace(context.workspace, 1);
    const settings = { ...few(conditionSettings(full, condition, heldOutPath(heldOut))), seed: 2 };
    for await (const _ of discover(context, settings));
    for await (const _ of synthesize(context, settings));
    for await (const _ of buildData(context, settings));
    tested.add(JSON.stringify(await Array.fromAsync(readJsonl(heldOutPath(context), TraceSchema))));
    traces.set(condition.name, await Array.fromAsync(readJsonl(tracesPath(context), TraceSchema)));
    expect((await readJsonFile(cataloguePath(context), CatalogueSchema)).tools).toHaveLength(15);
  }
  expect(tested.size).toBe(1);
  const kinds = (name: string) => new Set(traces.get(name)!.map(({ provenance }) => provenance.kind));
  const difficulties = (name: string) => new Set(traces.get(name)!.map(({ provenance }) => provenance.difficulty));
  expect(kinds('full')).toEqual(new Set(['single', 'chain', 'respond', 'parallel', 'recovery', 'clarify']));
  expect(kinds('no-hard-cases')).toEqual(new Set(['single', 'respond']));
  expect(difficulties('full')).toContain('hard');
  expect(difficulties('no-hard-cases')).not.toContain('hard');
}, 120_000);

test('a careless writer repeats itself and misquotes; verification and dedupe find it', async () => {
  const untold: number[] = [];
  const twice: number[] = [];
  for (const { verify, dedupe } of [
    { verify: true, dedupe: true },
    { verify: false, dedupe: false },
  ]) {
    const context = await makeContext();
    await writeDemoWorkspace(context.workspace, 1);
    const full = few(fullSettings(await loadSettings(context)));
    const settings = {
      ...full,
      synthesize: { ...full.synthesize, verify: { ...full.synthesize.verify, provenance: verify } },
      split: { ...full.split, dedupe },
    };
    for await (const _ of discover(context, settings));
    for await (const _ of synthesize(context, settings, { units: carelessUnits }));
    for await (const _ of buildData(context, settings));
    const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
    const models = catalogue.tools.map((tool) => modelOf(tool, settings.synthesize.values));
    const traces = await Array.fromAsync(readJsonl(tracesPath(context), TraceSchema));
    expect(new Set(traces.map(({ id }) => id)).size).toBe(traces.length);
    untold.push(traces.filter((trace) => untoldInTrace(models, trace) !== undefined).length);
    const repeated = traces.filter(({ id }) => id.includes('-again-')).length;
    expect(repeated).toBeGreaterThan(traces.length / 5);
    const path = join(context.workspace, 'samples', 'train', 'selector.jsonl');
    const used = new Set((await Array.fromAsync(readJsonl(path, SampleSchema))).map(({ meta }) => meta.trace));
    twice.push([...used].filter((id) => id.includes('-again-') && used.has(id.split('-again-')[0]!)).length);
  }
  expect(untold[0]).toBe(0);
  expect(untold[1]).toBeGreaterThan(5);
  // A word more in a query of four is no near-duplicate.
  expect(twice[0]).toBeLessThan(twice[1]! / 2);
  expect(twice[1]).toBeGreaterThan(5);
}, 120_000);

test('puts each condition beside the full one, case by case', async () => {
  const context = await makeContext();
  for (const { name } of CONDITIONS) {
    for (const seed of [1, 2]) {
      const workspace = join(context.workspace, name, `seed-${seed}`);
      await writeDemoWorkspace(workspace, 1);
      await mkdir(join(workspace, 'evaluation'));
      // Of four traces the full condition has three right, the others two with the first seed and none with the second.
      const right = name === 'full' ? 3 : seed === 1 ? 2 : 0;
      const records = ['a', 'b', 'c', 'd'].map((trace, index) => ({
        ...RIGHT,
        ...{ system: 'decoupled', case: `${trace}#0`, trace },
        ...(index < right ? {} : { selection: false, args_exact: false, args_ast: false, outcome: 'wrong_tool' }),
      }));
      await writeFile(
        join(workspace, 'evaluation', 'predictions.jsonl'),
        records.map((one) => `${JSON.stringify(one)}\n`).join(''),
      );
    }
  }
  const rows = await Promise.all(CONDITIONS.map((condition) => ablationRow(context, condition, [1, 2])));
  expect(rows[0]).toMatchObject({ condition: 'full', steps: 8, call: { value: 0.75 }, difference: null });
  expect(rows[1]).toMatchObject({
    steps: 8,
    call: { value: 0.25 },
    difference: { all: { value: -0.5 }, seeds: { 1: -0.25, 2: -0.75 } },
  });
  expect(ablationTable(rows)).toMatch(/no-dedupe .*25\.0% \| −50\.0 \(/);
});
