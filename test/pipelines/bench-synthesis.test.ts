import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Context } from '../../core/context.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { CatalogueSchema } from '../../core/tool.ts';
import type { Trace } from '../../core/trace.ts';
import { shingles } from '../../datasets/shingles.ts';
import { traceValidator } from '../../datasets/validate-trace.ts';
import { clusterQueries } from '../../pipelines/bench-synthesis/cluster-queries.ts';
import { sampledTraces } from '../../pipelines/bench-synthesis/sampled-traces.ts';
import { benchSynthesis } from '../../pipelines/bench-synthesis.ts';
import { loadSettings } from '../../pipelines/settings.ts';
import { cataloguePath } from '../../pipelines/workspace-files.ts';

async function makeContext(): Promise<Context> {
  const workspace = await mkdtemp(join(tmpdir(), 'bench-synthesis-'));
  const env = { PATH: process.env.PATH ?? '' };
  return { workspace, env, serverEnv: env, signal: new AbortController().signal };
}

test('streams traces through all stages, and takes no file along', async () => {
  const context = await makeContext();
  const options = { rows: 500, samples: 10, peer: { queries: 0, runs: 0 } };
  const bench = benchSynthesis(context, options);
  let step = await bench.next();
  while (!step.done) step = await bench.next();
  const { rows, stages, memory, machine } = step.value;
  expect(stages.map(({ stage, traces }) => [stage, traces])).toEqual([
    ['sampling', 500],
    ['reading and checking', 500],
    ['dedupe and split', 500],
    ['leak check', 500],
    ['sample building', 10],
  ]);
  for (const { perSecond } of stages) expect(perSecond).toBeGreaterThan(0);
  expect(rows).toEqual([
    {
      name: expect.stringContaining('memory'),
      ratio: expect.any(Number),
      target: 1,
      limit: 1,
      pass: expect.any(Boolean),
    },
  ]);
  expect(memory.every(({ megabytes }) => megabytes > 10)).toBe(true);
  expect(machine.cores).toBeGreaterThan(0);
  expect(existsSync(join(context.workspace, 'sampled-traces.jsonl'))).toBe(false);
  await checkTraces(context);
});

/** Traces of several made-up workspaces. */
async function checkTraces(context: Context): Promise<void> {
  const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const settings = await loadSettings(context);
  const few = { ...settings, synthesize: { ...settings.synthesize, tracesPerTool: 4, respond: 4 } };
  const draw = async () => {
    const traces: Trace[] = [];
    for await (const trace of sampledTraces(catalogue, few)) if (traces.push(trace) === 150) break;
    return traces;
  };
  const traces = await draw();
  const why = traceValidator(catalogue);
  expect(traces.map(why).filter((reason) => reason !== undefined)).toEqual([]);
  expect(new Set(traces.map(({ provenance }) => provenance.seed)).size).toBeGreaterThan(1);
  expect(await draw()).toEqual(traces);
}

test('clusters are those that comparing all with all finds', () => {
  const queries = [
    'open the file a',
    'open the file b',
    'what',
    'open the file bb',
    'What',
    '',
    'what',
    '',
    '図図図図',
  ];
  const similar = (a: string, b: string) => {
    const [x, y] = [shingles(a), shingles(b)];
    return x.intersection(y).size / x.union(y).size >= 0.7;
  };
  const clusters = queries.map((_, query) => query);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [a, one] of queries.entries())
      for (const [b, other] of queries.entries())
        if ((one === other || similar(one, other)) && clusters[a]! > clusters[b]!) {
          clusters[a] = clusters[b]!;
          changed = true;
        }
  }
  expect(clusterQueries(queries, 0.7)).toEqual(clusters);
  expect(new Set(clusters).size).toBeLessThan(new Set(queries).size);
});
