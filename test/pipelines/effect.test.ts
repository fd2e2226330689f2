import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Context } from '../../core/context.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { CatalogueSchema } from '../../core/tool.ts';
import { writeDemoWorkspace } from '../../pipelines/demo/workspace.ts';
import { discover } from '../../pipelines/discover.ts';
import { effectTable } from '../../pipelines/effect/effect-table.ts';
import { VARIANTS, variantSettings } from '../../pipelines/effect/variants.ts';
import { effectMetrics } from '../../pipelines/effect.ts';
import { loadSettings } from '../../pipelines/settings.ts';
import { cataloguePath } from '../../pipelines/workspace-files.ts';

async function makeContext(): Promise<Context> {
  const workspace = await mkdtemp(join(tmpdir(), 'effect-'));
  const env = { PATH: process.env.PATH ?? '' };
  return { workspace, env, serverEnv: env, signal: new AbortController().signal };
}

/** What a system made of a case: right, or the wrong tool. */
const record = (system: string, id: string, right: boolean) => ({
  system,
  case: `${id}#0`,
  trace: id,
  group: 'files',
  query: 'q',
  gold: { tool: 'files.read', arguments: {} },
  also_ok: [],
  predicted: { name: 'read', tool: 'files.read', arguments: {} },
  text: '',
  selection: right,
  args_exact: right,
  args_ast: right,
  schema_valid: true,
  executed_ok: null,
  outcome: right ? 'right' : 'wrong_tool',
  why: '',
  latency_ms: 1,
  prefilled: 1,
  generated: 1,
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
      ...['base', 'monolithic', 'monolithic-exact'].map((name) => record(name, id, false)),
      record('decoupled', id, index < right),
    ]);
    await mkdir(join(workspace, 'evaluation'));
    await writeFile(
      join(workspace, 'evaluation', 'predictions.jsonl'),
      records.map((one) => `${JSON.stringify(one)}\n`).join(''),
    );
  }
  const metrics = await effectMetrics(context, variant!, [1, 2]);
  expect(metrics.cases).toMatchObject({ n: 8, traces: 8 });
  expect(metrics.systems.decoupled!.overall.call_accuracy).toMatchObject({ value: 0.5, n: 8 });
  const row = effectTable([{ variant: variant!, seeds: [1, 2], metrics }]).split('\n')[2]!;
  expect(row).toContain('| 1, 2 | 8 | 0.0% | 0.0% | 0.0% | 50.0% | +50.0 [');
});

test('every variant names tools that there are, and leaves at least five of them', async () => {
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
});
