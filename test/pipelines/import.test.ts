import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { writeJsonFile } from '../../core/json-file.ts';
import { openJsonl, readJsonl } from '../../core/jsonl.ts';
import { readManifest } from '../../core/manifest.ts';
import { PROJECT_ROOT } from '../../core/project.ts';
import { stageState } from '../../core/stage.ts';
import { type Trace, TraceSchema } from '../../core/trace.ts';
import { buildData } from '../../pipelines/build-data.ts';
import { explainMask } from '../../pipelines/explain-mask.ts';
import { importTraces, planImport } from '../../pipelines/import.ts';
import { loadSettings } from '../../pipelines/settings.ts';
import { status } from '../../pipelines/status.ts';
import { CATALOGUE, makeTraces } from '../datasets/made-up-traces.ts';
import { type HubStub, startHub } from '../fixtures/hub-stub.ts';
import { stamp } from '../fixtures/stamp.ts';

const REVISION = 'a'.repeat(40);
let hub: HubStub | undefined;
let context: Context;
beforeEach(async () => {
  const workspace = await mkdtemp(join(tmpdir(), 'import-'));
  context = { workspace, env: {}, serverEnv: {}, signal: new AbortController().signal };
  await writeJsonFile(place('catalogue', 'catalogue.json'), CATALOGUE);
  await stamp(place('catalogue'));
});
afterEach(async () => {
  await hub?.close();
  hub = undefined;
  await rm(context.workspace, { recursive: true, force: true });
});

const place = (...parts: string[]) => join(context.workspace, ...parts);
const settings = (yaml: string) =>
  writeFile(place('workspace.yaml'), `prompt: {descriptions: first-sentence}\n${yaml}`);
const CSV = 'sources: [{file: rows.csv, format: csv, mapping: {query: ask, tool: tool, arguments: args}}]\n';
const csvRow = (n: number, tool = 'read_text', args = `"{""path"": ""f${n}""}"`) => `Show f${n},${tool},${args}\n`;
const writeCsv = (...rows: string[]) => writeFile(place('rows.csv'), `ask,tool,args\n${rows.join('')}`);

async function run(options: { force?: boolean; until?: (event: StageEvent) => void } = {}): Promise<StageEvent[]> {
  const events: StageEvent[] = [];
  for await (const event of importTraces(context, await loadSettings(context), options)) {
    events.push(event);
    options.until?.(event);
  }
  return events;
}

const tracesOf = (number: number): Promise<Trace[]> =>
  Array.fromAsync(readJsonl(place('imported', `source-${number}.jsonl`), TraceSchema));
const warningsOf = (events: StageEvent[]) => events.flatMap((event) => (event.type === 'warning' ? event.message : []));

test('without sources there is nothing to do, and no row in the status', async () => {
  await settings('');
  expect(await run()).toEqual([{ type: 'skipped', stage: 'import', reason: 'workspace.yaml names no sources' }]);
  expect((await status(context, await loadSettings(context))).map(({ stage }) => stage)).not.toContain('import');
});

test('turns CSV into traces, counts bad rows with the place of the first, and goes on', async () => {
  await settings(CSV);
  await writeCsv(
    csvRow(1),
    csvRow(2, 'read_text', '"{""path"": 7}"'),
    csvRow(3, 'read_text', 'path=f3'),
    csvRow(4, 'fly'),
    csvRow(5, 'fly'),
    'one,two\n',
    csvRow(6, 'files.read_text'),
  );
  const events = await run();
  expect(events.at(-1)).toMatchObject({ type: 'done', counts: { rows: 7, traces: 2, rejected: 5 } });
  expect((await tracesOf(1)).map(({ id, provenance: { row, source } }) => [id, row, source])).toEqual([
    ['import-1-1', 1, 'rows.csv'],
    ['import-1-7', 7, 'rows.csv'],
  ]);
  expect(warningsOf(events)).toEqual([
    'not used: 2 × calls a tool that the catalogue does not have (first in rows.csv:5; expected a tool of the catalogue, or one that `rename` makes one; found "fly")',
    'not used: 1 × arguments are no object (first in rows.csv:4, column `args`; expected an object, or the JSON text of one; found "path=f3")',
    'not used: 1 × more or fewer cells than columns (first in rows.csv:7; expected 3 cells; found "2 cells")',
    'not used: 1 × trace: arguments do not fit the schema of files.read_text (first in rows.csv:3; expected /path must be string; found {"path":7})',
  ]);
  const [rejects] = JSON.parse(await readFile(place('imported', 'rejects.json'), 'utf8'));
  expect(rejects).toMatchObject({
    source: 'rows.csv',
    rejects: { 'arguments are no object': { count: 1, first: { where: 'rows.csv:4, column `args`' } } },
  });
});

test('is fresh until a file, the mapping or the catalogue changes', async () => {
  await settings(CSV);
  await writeCsv(csvRow(1));
  await run();
  const state = async () => {
    const [plan] = await planImport(context, await loadSettings(context));
    const found = await stageState(plan!);
    return found.state === 'fresh' ? 'fresh' : found.why;
  };
  expect(await state()).toBe('fresh');
  expect((await run()).map(({ type }) => type)).toEqual(['skipped']);
  await appendFile(place('rows.csv'), csvRow(2));
  expect(await state()).toBe('changed: source 1');
  await run();
  await settings(CSV.replace('query: ask', 'query: tool'));
  expect(await state()).toBe('its settings changed');
  await settings(CSV);
  await writeJsonFile(place('catalogue', 'catalogue.json'), { ...CATALOGUE, hash: 'other' });
  await stamp(place('catalogue'));
  expect(await state()).toBe('changed: catalogue');
});

test('fails where no row at all can be used, with the commonest reasons', async () => {
  await settings(`${CSV.replace('query: ask', 'query: quer')}`);
  await writeCsv(csvRow(1), csvRow(2), csvRow(3, 'read_text', '"'));
  await expect(run()).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringMatching(
      /none of the 3 rows.*\n.*found: +2 × no column `quer` \(first in rows\.csv:2; expected .*; found "columns ask, tool, args"\)\n +1 × wrong quotes/,
    ),
  });
  expect(await readManifest(place('imported'))).toBeUndefined();
});

test('a source of which nothing can be used is warned of where another one is good', async () => {
  await settings(`sources:
  - {file: rows.csv, format: csv, mapping: {query: ask, tool: tool, arguments: args}}
  - {file: rows.csv, format: csv, mapping: {query: ask, tool: args}}
`);
  await writeCsv(csvRow(1));
  expect(warningsOf(await run()).at(-1)).toBe('none of the 1 rows of rows.csv can be used');
});

test('an interrupted run goes on with the source that it was at', async () => {
  await settings(`sources:
  - {file: rows.csv, format: csv, mapping: {query: ask, tool: tool, arguments: args}}
  - {file: many.jsonl, format: jsonl, mapping: {query: q, tool: t, arguments: a}}
`);
  await writeCsv(csvRow(1));
  const many = openJsonl(place('many.jsonl'));
  for (let n = 0; n < 3000; n++) await many.write({ q: `Search ${n}`, t: 'search_nodes', a: { query: `${n}` } });
  await many.close();
  const controller = new AbortController();
  const { signal } = context;
  context = { ...context, signal: controller.signal };
  const stop = ({ type }: StageEvent) => type === 'progress' && controller.abort();
  await expect(run({ until: stop })).rejects.toMatchObject({ kind: 'interrupted' });
  context = { ...context, signal };
  // What is finished is not read again: of the first source only its record is left to tell.
  await writeFile(
    place('imported.partial', 'source-1.jsonl'),
    (await readFile(place('imported.partial', 'source-1.jsonl'), 'utf8')).replace('Show', 'See'),
  );
  expect((await run()).at(-1)).toMatchObject({ type: 'done', counts: { rows: 3001, traces: 3001 } });
  expect((await tracesOf(1))[0]!.messages[0]!.content).toBe('See f1');
  expect(await tracesOf(2)).toHaveLength(3000);
  expect(Object.keys((await readManifest(place('imported')))!.files)).toEqual([
    'rejects.json',
    'source-1.jsonl',
    'source-2.jsonl',
  ]);
});

test('takes a data set of the Hub, at its commit, with a mapping of its layout', async () => {
  const rows = [0, 1].map((id) => ({
    id,
    query: `Show f${id}`,
    answers: JSON.stringify([{ name: 'read', arguments: { path: `f${id}` } }]),
    tools: JSON.stringify([{ name: 'read', description: '', parameters: {} }, { name: 'fly' }]),
  }));
  const files = { 'data/xlam.json': { text: JSON.stringify(rows, null, 2), lfs: true } };
  hub = await startHub({ repo: 'some/xlam', revision: REVISION, files });
  context = { ...context, variables: { HF_ENDPOINT: hub.url } };
  await settings(`sources:
  - hub: {repo: some/xlam, revision: ${REVISION}, path: data/xlam.json}
    format: json
    mapping: xlam
    rename: {read: files.read_text}
`);
  const events = await run();
  const told = events.findIndex(({ type }) => type === 'download');
  expect(events[told]).toEqual({
    type: 'download',
    stage: 'import',
    what: 'some/xlam@aaaaaaaa/data/xlam.json',
    bytes: files['data/xlam.json'].text.length,
  });
  const [trace] = await tracesOf(1);
  expect(trace).toMatchObject({ id: 'import-1-0', tools: ['files.read_text'] });
  expect(trace!.provenance).toMatchObject({ source: 'some/xlam@aaaaaaaa/data/xlam.json', row: 1 });
  const asked = hub.requests.length;
  await run({ force: true });
  expect(hub.requests).toHaveLength(asked);
});

test('a branch in place of a commit, and a misspelt id, are refused before anything is fetched', async () => {
  await settings('sources: [{hub: {repo: a/b, revision: main, path: x.csv}, format: csv, mapping: xlam}]\n');
  await expect(loadSettings(context)).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringMatching(
      /workspace\.yaml:2:\d+: wrong value of `sources\.0\.hub\.revision`[\s\S]*expected: a commit[\s\S]*"main"/,
    ),
  });
  await settings('sources: [{file: rows.csv, hub: {repo: a/b}, format: csv, mapping: xlm}]\n');
  await expect(loadSettings(context)).rejects.toThrow(/one of xlam, toucan, toucan-raw/);
  await settings('sources: [{format: csv, mapping: xlam}]\n');
  await expect(loadSettings(context)).rejects.toThrow(/expected: either `file` or `hub`/);
  await settings(`${CSV.slice(0, -3)}, rename: {x: files.read_txt}}]\n`);
  await writeCsv(csvRow(1));
  await expect(run()).rejects.toThrow(/catalogue does not have: did you mean files\.read_text\?/);
  await settings(CSV.replace('rows.csv', 'none.csv'));
  await expect(run()).rejects.toThrow(/none\.csv: cannot read a source/);
});

test('samples are made of imported traces beside the synthesized ones', async () => {
  await settings(CSV);
  await writeCsv(
    ...Array.from(
      { length: 20 },
      (_, n) => `Please let me look into paper number ${n * 7919},read_text,"{""path"": ""p/${n}.txt""}"\n`,
    ),
  );
  await writeJsonFile(place('traces', 'rejects.json'), {});
  const synthesized = openJsonl(place('traces', 'traces.jsonl'));
  for (const trace of makeTraces(40)) await synthesized.write(trace);
  await synthesized.close();
  await stamp(place('traces'));
  const own = await loadSettings(context);
  const build = async () => {
    for await (const _ of buildData(context, own));
  };
  await expect(build()).rejects.toThrow(/run `pnpm pipeline import` first/);
  await run();
  await build();
  const selector = await readFile(place('samples', 'train', 'selector.jsonl'), 'utf8');
  expect(selector).toContain('"trace":"import-1-');
  expect(selector).toMatch(/"trace":"t\d/);
  const sample = JSON.parse(selector.split('\n').find((line) => line.includes('"trace":"import-1-'))!);
  expect((await explainMask(context, own, { sample: sample.id })).checks.filter(({ ok }) => !ok)).toEqual([]);
  const rows = await status(context, own);
  expect(rows.filter(({ stage }) => ['import', 'build-data'].includes(stage))).toMatchObject([
    { stage: 'import', state: 'fresh' },
    { stage: 'build-data', state: 'fresh' },
  ]);
  await appendFile(place('rows.csv'), csvRow(99));
  await run();
  expect((await status(context, own)).find(({ stage }) => stage === 'build-data')?.why).toBe('changed: imported');
});

test('the command runs it, prints events, and says in its help what it does', async () => {
  const command = async (...args: string[]) => {
    const child = spawn(process.execPath, [join(PROJECT_ROOT, 'scripts', 'pipeline.ts'), 'import', ...args]);
    const output = [text(child.stdout), text(child.stderr), once(child, 'close')] as const;
    const [stdout, stderr, [code]] = await Promise.all(output);
    return { stdout, stderr, code };
  };
  expect(await command('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('Hugging Face Hub') });
  await settings(CSV);
  await writeCsv(csvRow(1));
  const { stdout, code } = await command('-w', context.workspace, '--json');
  expect(code).toBe(0);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type),
  ).toEqual(['start', 'done']);
  await writeCsv(csvRow(1, 'fly'));
  const failed = await command('-w', context.workspace);
  expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining('found "fly"') });
});
