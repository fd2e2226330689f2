import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ConfusionsSchema } from '../../core/confusions.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { MetricsSchema } from '../../core/metrics.ts';
import { stageState } from '../../core/stage.ts';
import { confusionsOf } from '../../pipelines/evaluate/confusions-of.ts';
import { metricsTable } from '../../pipelines/evaluate/metrics-table.ts';
import { type EvaluateOptions, evaluate, planEvaluate } from '../../pipelines/evaluate.ts';
import { stamp } from '../fixtures/stamp.ts';
import { type EvaluationWorkspace, evaluationWorkspace } from './evaluate/evaluation-workspace.ts';

// Engines stand still for seconds where other processes take the processors.
vi.setConfig({ testTimeout: 240_000 });

async function run(
  { context, settings }: EvaluationWorkspace,
  options?: EvaluateOptions,
  onEvent?: (event: StageEvent) => void,
) {
  const events: StageEvent[] = [];
  for await (const event of evaluate(context, settings, options)) {
    events.push(event);
    onEvent?.(event);
  }
  return events;
}

async function readRecords(folder: string) {
  const lines = (await readFile(join(folder, 'predictions.jsonl'), 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

/** What has to be the same whenever the same thing is evaluated. */
function withoutMeasurements(records: { latency_ms: number; prefilled: number; engine: unknown }[]) {
  return records.map(({ latency_ms, prefilled, engine, ...rest }) => rest);
}

test('compares the systems on every held-out step, resumes after a crash, and is skipped when fresh', async () => {
  const place = await evaluationWorkspace();
  const folder = join(place.context.workspace, 'evaluation');

  const whole = await run(place);
  expect(whole[0]).toMatchObject({ type: 'start', total: 15, resumed: 0 });
  expect(whole.at(-1)).toMatchObject({ type: 'done', counts: { cases: 5, systems: 3, predictions: 15 } });
  const metrics = await readJsonFile(join(folder, 'metrics.json'), MetricsSchema);
  expect(metrics.cases).toEqual({ source: 'held-out', n: 5, calls: 3, traces: 3 });
  for (const name of ['base', 'monolithic', 'decoupled']) {
    const { overall, calls, groups, tools, confusion } = metrics.systems[name]!;
    expect([overall.n, calls.n, groups.files!.n, tools['files.read_text_file']!.n, tools.respond!.n]).toEqual([
      5, 3, 3, 2, 2,
    ]);
    expect(confusion.reduce((sum, { count }) => sum + count, 0)).toBe(5);
    expect(overall.call_accuracy).toMatchObject({ n: 5 });
    // Three calls were wanted, and each could be run or was not made.
    expect(overall.executed_ok).toMatchObject({ n: 3 });
  }
  expect(await readJsonFile(join(folder, 'confusions.json'), ConfusionsSchema)).toEqual(confusionsOf(metrics));
  expect(metrics.differences).toHaveLength(9);
  expect(metricsTable(metrics).split('\n')).toHaveLength(5);
  const records = await readRecords(folder);
  for (const { system, ranked } of records) {
    const shares: number[] | undefined = ranked?.map((one: { probability: number }) => one.probability);
    expect(shares !== undefined, system).toBe(system === 'decoupled');
    if (shares) expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  }

  expect(await run(place)).toMatchObject([{ type: 'skipped' }]);

  // A crash in the middle of writing: two whole lines and a half.
  const partial = `${folder}.partial`;
  const lines = (await readFile(join(folder, 'predictions.jsonl'), 'utf8')).split('\n');
  const interrupted = evaluate(place.context, place.settings, { force: true });
  for await (const event of interrupted) if (event.type === 'start') break;
  await writeFile(join(partial, 'predictions.jsonl'), `${lines[0]}\n${lines[1]}\n`);
  await appendFile(join(partial, 'predictions.jsonl'), lines[2]!.slice(0, 40));
  await rename(folder, `${folder}.before`);
  expect((await run(place))[0]).toMatchObject({ type: 'start', total: 15, resumed: 2 });
  expect(withoutMeasurements(await readRecords(folder))).toEqual(withoutMeasurements(records));
});

test('an abort keeps what was predicted', async () => {
  const place = await evaluationWorkspace();
  const stopped = run(place, {}, (event) => {
    if (event.type === 'progress' && event.done === 4) place.abort.abort();
  });
  await expect(stopped).rejects.toMatchObject({ details: { kind: 'interrupted' } });
  const again = { ...place, context: { ...place.context, signal: new AbortController().signal } };
  expect((await run(again))[0]).toMatchObject({ resumed: 4 });
});

test("evaluates one system on the user's own queries, beside the held-out evaluation", async () => {
  const place = await evaluationWorkspace();
  const heldOut = evaluate(place.context, place.settings);
  for await (const event of heldOut) if (event.type === 'progress' && event.done === 1) break;
  const queries = join(place.context.workspace, 'queries.jsonl');
  const lines = [
    { id: 'a', query: 'Show a.txt', gold: { name: 'read_text_file', arguments: { path: 'a.txt' } } },
    {
      id: 'b',
      server: 'files',
      query: 'List all',
      gold: { name: 'files.list_directory', possible: { path: ['.', ''] } },
    },
    { id: 'c', query: 'Hello', gold: { name: null }, also_ok: [{ name: 'list_directory', arguments: { path: '.' } }] },
  ];
  await writeFile(queries, lines.map((line) => JSON.stringify(line)).join('\n'));
  const events = await run(place, { queries, systems: ['decoupled'] });
  expect(events.at(-1)).toMatchObject({ type: 'done', counts: { predictions: 3 } });
  const folder = join(place.context.workspace, 'evaluation-queries-decoupled');
  const metrics = await readJsonFile(join(folder, 'metrics.json'), MetricsSchema);
  expect(metrics.cases).toEqual({ source: 'queries', n: 3, calls: 2, traces: 3 });
  expect(Object.keys(metrics.systems)).toEqual(['decoupled']);
  expect(metrics.differences).toEqual([]);
  expect(await stageState(await planEvaluate(place.context, place.settings))).toMatchObject({ state: 'incomplete' });
  expect((await run(place))[0]).toMatchObject({ type: 'start', total: 15, resumed: 1 });
});

test('a file of queries with a mistake takes the place of no interrupted evaluation', async () => {
  const place = await evaluationWorkspace();
  const options: EvaluateOptions = { queries: join(place.context.workspace, 'queries.jsonl'), systems: ['base'] };
  const good = ['a', 'b'].map((id) => JSON.stringify({ id, query: 'q', gold: null })).join('\n');
  await writeFile(options.queries!, good);
  for await (const event of evaluate(place.context, place.settings, options)) if (event.type === 'progress') break;
  await writeFile(options.queries!, `${good}\n{`);
  await expect(run(place, options)).rejects.toThrow('queries.jsonl:3: not a line of JSON');
  await writeFile(options.queries!, good);
  expect((await run(place, options))[0]).toMatchObject({ type: 'start', total: 2, resumed: 1 });
});

test.each([
  ['an unknown tool', { id: 'x', query: 'q', gold: { name: 'nope' } }, 'expected one of the tools read_text_file'],
  [
    'an unknown server',
    { id: 'x', server: 'no', query: 'q', gold: { name: 'list_directory' } },
    'expected one of the servers files',
  ],
  ['an id that was there before', { id: 'a', query: 'q', gold: null }, 'expected an id that no line before has'],
  ['no query', { id: 'x', gold: null }, 'query'],
])('refuses a query with %s, with file and line', async (_name, line, message) => {
  const place = await evaluationWorkspace();
  const queries = join(place.context.workspace, 'queries.jsonl');
  const first = { id: 'a', query: 'q', gold: null };
  await writeFile(queries, `${JSON.stringify(first)}\n${JSON.stringify(line)}\n`);
  const error = await run(place, { queries }).then(
    () => undefined,
    (thrown: ToolkitError) => thrown,
  );
  expect(error).toBeInstanceOf(ToolkitError);
  expect(error!.message).toContain('queries.jsonl:2');
  expect(error!.message).toContain(message);
});

test('says what is missing: a stage, an adapter, the right chat template', async () => {
  const place = await evaluationWorkspace();
  const nowhere = { ...place.context, workspace: join(place.context.workspace, 'nowhere') };
  await expect(planEvaluate(nowhere, place.settings)).rejects.toThrow('is missing or not complete');
  await expect(planEvaluate(place.context, place.settings, { queries: 'gone.jsonl' })).rejects.toThrow(
    'cannot read the queries',
  );
  const folder = join(place.context.workspace, 'bundle');
  const bundle = JSON.parse(await readFile(join(folder, 'bundle.json'), 'utf8'));
  const write = async (changes: object) => {
    await writeFile(join(folder, 'bundle.json'), JSON.stringify({ ...bundle, ...changes }));
    await stamp(folder);
  };
  await write({ adapters: bundle.adapters.slice(0, 2) });
  await expect(run(place)).rejects.toThrow('the bundle has no monolithic adapter');
  await write({ prompt: { ...bundle.prompt, renderer: 'sha256:other' } });
  await expect(run(place)).rejects.toThrow('renders other prompts');
  await write({});
  place.settings.contextLength = 1;
  await writeFile(
    join(place.context.workspace, 'queries.jsonl'),
    JSON.stringify({ id: 'long', query: 'word '.repeat(2000), gold: null }),
  );
  const queries = join(place.context.workspace, 'queries.jsonl');
  await expect(run(place, { queries })).rejects.toThrow('base, case long');
});

test('without servers the other figures still count', async () => {
  const place = await evaluationWorkspace();
  place.settings.servers = 'gone.json';
  const events = await run(place, { systems: ['base'] });
  expect(events.find((event) => event.type === 'warning')).toMatchObject({
    message: expect.stringContaining('executed_ok stays unscored'),
  });
  const metrics = await readJsonFile(join(place.context.workspace, 'evaluation-base', 'metrics.json'), MetricsSchema);
  expect(metrics.systems.base!.overall).toMatchObject({ n: 5, executed_ok: null, selection_accuracy: { n: 5 } });
});
