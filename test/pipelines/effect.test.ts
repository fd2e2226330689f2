import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Context } from '../../core/context.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { readJsonl } from '../../core/jsonl.ts';
import { CatalogueSchema } from '../../core/tool.ts';
import { TraceSchema } from '../../core/trace.ts';
import { writeDemoWorkspace } from '../../pipelines/demo/workspace.ts';
import { discover } from '../../pipelines/discover.ts';
import { effectTable } from '../../pipelines/effect/effect-table.ts';
import { VARIANTS, variantSettings } from '../../pipelines/effect/variants.ts';
import { effectRow } from '../../pipelines/effect.ts';
import type { PredictionRecord } from '../../pipelines/evaluate/prediction-record.ts';
import { loadSettings } from '../../pipelines/settings.ts';
import { synthesize } from '../../pipelines/synthesize.ts';
import { cataloguePath, tracesPath } from '../../pipelines/workspace-files.ts';
import { RIGHT } from '../fixtures/prediction-record.ts';

async function makeContext(): Promise<Context> {
  const workspace = await mkdtemp(join(tmpdir(), 'effect-'));
  const env = { PATH: process.env.PATH ?? '' };
  return { workspace, env, serverEnv: env, signal: new AbortController().signal };
}

/** What a system made of a case: right, or the wrong tool. */
const record = (system: string, id: string, right: boolean): PredictionRecord => ({
  ...RIGHT,
  system,
  case: `${id}#0`,
  trace: id,
  ...(right ? {} : { selection: false, args_exact: false, args_ast: false, outcome: 'wrong_tool' }),
});

test('takes the seeds of a variant together: each trace of each seed counts once', async () => {
  const context = await makeContext();
  const [variant] = VARIANTS;
  for (const [seed, right] of [
    [1, 3],
    [2, 1],
  ] as const) {
    const workspace = join(context.workspace, 'demo', `seed-${seed}`);
    await writeDemoWorkspace(workspace, seed);
    const ids = ['a', 'b', 'c', 'd'];
    const records = ids.flatMap((id, index) => [
      ...['base', 'monolithic', 'monolithic-constrained', 'decoupled-shared'].map((name) => record(name, id, false)),
      record('decoupled', id, index < right),
    ]);
    await mkdir(join(workspace, 'evaluation'));
    await writeFile(
      join(workspace, 'evaluation', 'predictions.jsonl'),
      records.map((one) => `${JSON.stringify(one)}\n`).join(''),
    );
  }
  const row = await effectRow(context, variant!, [1, 2]);
  expect(row.steps).toBe(8);
  expect(row.systems.decoupled).toMatchObject({ value: 0.5, n: 8 });
  expect(row.gains.map(({ over }) => over)).toEqual([
    'base',
    'monolithic',
    'monolithic-constrained',
    'decoupled-shared',
  ]);
  for (const { all, seeds } of row.gains) {
    expect(all.value).toBe(0.5);
    expect(seeds).toEqual({ 1: 0.75, 2: 0.25 });
  }
  expect(effectTable([row]).split('\n')[2]).toMatch(
    /^\| demo \| .* \| 8 \| 0\.0% \| 0\.0% \| 0\.0% \| 0\.0% \| 50\.0% \| \+50\.0 \(\+[\d.]+ to \+[\d.]+; by seed \+75\.0, \+25\.0\) \|/,
  );
});

test('every variant names tools that there are, and data for each of them can be made', async () => {
  const context = await makeContext();
  await writeDemoWorkspace(context.workspace, 1);
  const settings = await loadSettings(context);
  for await (const _ of discover(context, { ...settings, tools: { exclude: [] } }));
  const { tools } = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const all = new Set(tools.map(({ id }) => id));
  const left = VARIANTS.map((variant) => {
    for (const id of variant.tools ?? []) expect(all, variant.name).toContain(id);
    const { exclude } = variantSettings(settings, variant).tools;
    for (const id of exclude) expect(all, variant.name).toContain(id);
    return [variant.name, all.size - exclude.length];
  });
  expect(Object.fromEntries(left)).toMatchObject({
    demo: 15,
    reference: 15,
    'few-tools': 5,
    'many-tools': 21,
    'short-arguments': 8,
    'long-arguments': 8,
  });
  for (const variant of VARIANTS.filter((one) => one.tools !== undefined)) {
    const chosen = variantSettings(settings, { ...variant, tracesPerTool: 2 });
    for await (const _ of discover(context, chosen));
    for await (const _ of synthesize(context, chosen));
    const called = new Set<string>();
    for await (const { messages } of readJsonl(tracesPath(context), TraceSchema)) {
      for (const message of messages) if (message.role === 'assistant' && message.call) called.add(message.call.tool);
    }
    expect([...called].sort(), variant.name).toEqual([...variant.tools!].sort());
  }
}, 120_000);
