import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { StageEvent } from '../../core/event.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { PROJECT_ROOT } from '../../core/project.ts';
import { runProcess } from '../../core/subprocess.ts';
import { BfclMetricsSchema } from '../../pipelines/bfcl/bfcl-metrics.ts';
import { type BfclRecord, BfclRecordSchema } from '../../pipelines/bfcl/bfcl-record.ts';
import { bfclTable } from '../../pipelines/bfcl/bfcl-table.ts';
import { CATEGORIES } from '../../pipelines/bfcl/categories.ts';
import { type BfclOptions, bfcl } from '../../pipelines/bfcl.ts';
import { EvaluateSchema } from '../../pipelines/evaluate/evaluate-settings.ts';
import { startTeacherStub } from '../fixtures/teacher-stub.ts';
import { bfclFolder } from './bfcl/bfcl-folder.ts';
import { type EvaluationWorkspace, evaluationWorkspace } from './evaluate/evaluation-workspace.ts';

// Engines stand still for seconds where other processes take the processors.
vi.setConfig({ testTimeout: 240_000 });

let data: string;
let place: EvaluationWorkspace;
beforeAll(async () => {
  data = await bfclFolder();
  place = await evaluationWorkspace();
});
afterAll(async () => {
  await rm(data, { recursive: true });
  await rm(place.context.workspace, { recursive: true });
});

async function run(options: BfclOptions): Promise<StageEvent[]> {
  return Array.fromAsync(bfcl(place.context, place.settings, { data, ...options }));
}

async function readAnswers(folder: string): Promise<BfclRecord[]> {
  const lines = (await readFile(join(folder, 'answers.jsonl'), 'utf8')).trimEnd().split('\n');
  return lines.map((line) => BfclRecordSchema.parse(JSON.parse(line)));
}

const withoutMeasurements = (records: BfclRecord[]) => records.map(({ latency_ms, prefilled, ...rest }) => rest);

test('asks the questions of every category, goes on after a crash, and is skipped when fresh', async () => {
  const systems = ['decoupled'] as const;
  const folder = join(place.context.workspace, 'bfcl-decoupled');
  const events = await run({ systems });
  expect(events[0]).toMatchObject({ type: 'start', total: 13, resumed: 0 });
  expect(events.at(-1)).toMatchObject({
    type: 'done',
    counts: { questions: 13, refused: 0, systems: 1, answers: 13 },
  });
  const metrics = await readJsonFile(join(folder, 'bfcl.json'), BfclMetricsSchema);
  expect(Object.keys(metrics.data)).toEqual(CATEGORIES);
  const { categories, groups } = metrics.systems.decoupled!;
  for (const category of CATEGORIES)
    expect(categories[category]).toMatchObject({ accuracy: { n: metrics.data[category]!.asked }, unscored: 0 });
  expect(Object.values(groups)).toEqual([expect.any(Number), expect.any(Number), expect.any(Number)]);
  expect(bfclTable(metrics).split('\n')).toHaveLength(2 + CATEGORIES.length + 3);
  const records = await readAnswers(folder);
  expect(await run({ systems })).toMatchObject([{ type: 'skipped' }]);

  // A crash in the middle of writing: five whole lines and a half.
  const lines = (await readFile(join(folder, 'answers.jsonl'), 'utf8')).split('\n');
  for await (const event of bfcl(place.context, place.settings, { data, systems, force: true }))
    if (event.type === 'start') break;
  await writeFile(join(`${folder}.partial`, 'answers.jsonl'), `${lines.slice(0, 5).join('\n')}\n`);
  await appendFile(join(`${folder}.partial`, 'answers.jsonl'), lines[5]!.slice(0, 40));
  await rename(folder, `${folder}.before`);
  expect((await run({ systems }))[0]).toMatchObject({ type: 'start', total: 13, resumed: 5 });
  expect(withoutMeasurements(await readAnswers(folder))).toEqual(withoutMeasurements(records));
});

test('a choice has a folder of its own, and draws by the seed', async () => {
  const choice = { systems: ['base', 'decoupled'], categories: ['live_multiple'], limit: 1 } as const;
  const events = await run(choice);
  expect(events.at(-1)).toMatchObject({ type: 'done', counts: { questions: 1, answers: 2 } });
  const folder = join(place.context.workspace, 'bfcl-base-decoupled-live_multiple-1');
  const metrics = await readJsonFile(join(folder, 'bfcl.json'), BfclMetricsSchema);
  expect(metrics.data).toEqual({ live_multiple: { questions: 2, asked: 1, refused: [] } });
  expect(metrics.systems.base!.groups).toEqual({ non_live: null, live: null, irrelevance: null });
});

test('a question that the base has no room for is unscored, the others are not', async () => {
  const long = { id: 'long', question: [[{ role: 'user', content: 'word '.repeat(9000) }]], function: [] };
  const short = { ...long, id: 'short', question: [[{ role: 'user', content: 'Hi.' }]] };
  const odd = { ...long, id: 'odd', question: [] };
  const folder = await bfclFolder({ questions: { irrelevance: [long, short, odd] }, answers: {} });
  const events = await run({ data: folder, systems: ['base'], categories: ['irrelevance'] });
  const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  expect(warnings).toEqual([
    expect.stringMatching(/^irrelevance: 1 of 3 questions are left out .* odd: it has 0 turns/),
    expect.stringMatching(/^1 of 2 answers are unscored, the first long: .* room for/),
  ]);
  const metrics = await readJsonFile(
    join(place.context.workspace, 'bfcl-base-irrelevance', 'bfcl.json'),
    BfclMetricsSchema,
  );
  expect(metrics.systems.base!.categories.irrelevance).toMatchObject({ accuracy: { n: 1 }, unscored: 1 });
  expect(bfclTable(metrics)).toContain('(1 unscored)');
  await rm(folder, { recursive: true });
});

test('an endpoint answers side by side; what it never answers is unscored, and asked again by a run that goes on', async () => {
  const texts = ['First.', 'Second.', 'Third.', 'Fourth.', 'Fifth.'];
  const question = (text: string) => ({ id: text, question: [[{ role: 'user', content: text }]], function: [] });
  const folder = await bfclFolder({ questions: { irrelevance: texts.map(question) }, answers: {} });
  let broken = texts.slice(1);
  const stub = await startTeacherStub({
    answer: () => ({ content: 'Well.' }),
    delay: () => 50,
    fault: ({ body }) =>
      broken.includes(String(body.messages.at(-1)!.content)) ? { kind: 'status', status: 500 } : undefined,
  });
  const models = { m: { baseUrl: stub.url, model: 'm', tries: 1, concurrency: 2 } };
  const evaluate = EvaluateSchema.parse({ systems: [{ name: 'm', kind: 'model' }], models });
  const ask = () =>
    Array.fromAsync(
      bfcl(place.context, { ...place.settings, evaluate }, { data: folder, categories: ['irrelevance'] }),
    );
  await expect(ask()).rejects.toThrow(/m, case Fourth\.: m at http:.*failed many times/s);
  broken = ['Third.'];
  const events = await ask();
  expect(events[0]).toMatchObject({ type: 'start', total: 5, resumed: 1 });
  expect(stub.most).toBe(2);
  const path = join(place.context.workspace, 'bfcl-irrelevance');
  const { systems } = await readJsonFile(join(path, 'bfcl.json'), BfclMetricsSchema);
  expect(systems.m!.categories.irrelevance).toMatchObject({ accuracy: { value: 1, n: 4 }, unscored: 1 });
  expect((await readAnswers(path)).map((record) => record.case)).toEqual(texts.filter((text) => text !== 'Third.'));
  await stub.close();
  await rm(folder, { recursive: true });
});

test.each([
  [['--category', 'simple,nonsense'], '`nonsense` is none of simple, multiple'],
  [['--category', 'simple', 'nonsense'], '`nonsense` is none of simple, multiple'],
  [['--data', 'nowhere', '--servers', 'servers.json', '--system', 'bse'], 'did you mean `base`?'],
  [['--limit', '0'], 'must be a whole number from 1'],
  [['--data', 'nowhere', '--servers', 'servers.json'], 'there are no questions of BFCL'],
])('the command refuses %j', async (flags, message) => {
  const { workspace, env } = place.context;
  const args = [join(PROJECT_ROOT, 'scripts', 'pipeline.ts'), 'bfcl', '--workspace', workspace, ...flags];
  const { exitCode, stderrTail } = await runProcess({
    name: 'pipeline',
    command: process.execPath,
    args,
    env,
    signal: new AbortController().signal,
  });
  expect(stderrTail).toContain(message);
  expect(exitCode).toBe(2);
});

test('refuses a system whose examples or few tools would be of the workspace', async () => {
  const declared = { name: 'few', kind: 'base', constrained: false, tools: 3 } as const;
  const settings = { ...place.settings, evaluate: { ...place.settings.evaluate, systems: [declared] } };
  await expect(async () => {
    for await (const _ of bfcl(place.context, settings, { data })) expect.unreachable();
  }).rejects.toThrow(/BFCL has functions of its own[\s\S]*few/);
});
