import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readManifest } from '../../../../core/manifest.ts';
import { coverageGaps } from '../../../../pipelines/report/data/coverage-gaps.ts';
import { CrossTable } from '../../../../pipelines/report/data/cross-table.ts';
import { dataHeadline } from '../../../../pipelines/report/data/data-headline.ts';
import { readDataSummary } from '../../../../pipelines/report/data/data-summary.ts';
import { readDataOrigins } from '../../../../pipelines/report/provenance.ts';
import { dataWorkspace, HOSTILE } from '../data-workspace.ts';

async function summary() {
  const { workspace, signal } = await dataWorkspace();
  return { workspace, data: await readDataSummary(workspace, await readDataOrigins(workspace), signal) };
}

test('counts traces by writer, split, kind and difficulty as one counts them by hand', async () => {
  const { figures } = (await summary()).data;
  const { writers, kinds } = figures;
  const table = (rows: readonly string[], columns: readonly string[], counts: typeof kinds) =>
    Object.fromEntries(rows.map((row) => [row, columns.map((column) => counts.count(row, column))]));
  expect(writers.rows).toEqual(['hand', 'import', 'teacher']);
  expect(table(writers.rows, ['train', 'validation', 'test', 'not used'], writers)).toEqual({
    hand: [7, 0, 1, 2],
    import: [1, 0, 0, 0],
    teacher: [1, 0, 0, 0],
  });
  expect(table(kinds.rows, ['easy', 'medium', 'hard', 'vague'], kinds)).toEqual({
    single: [5, 0, 1, 1],
    recovery: [0, 1, 0, 0],
    chain: [0, 0, 1, 0],
    respond: [1, 0, 0, 0],
  });
  expect([kinds.total(), writers.total()]).toEqual([10, 12]);
  expect(figures).toMatchObject({ calls: 11, run: 10, errors: 1 });
});

test('counts samples by task and split', async () => {
  const { workspace, data } = await summary();
  const { counts } = (await readManifest(join(workspace, 'samples')))!;
  for (const task of ['selector', 'arguments', 'monolithic'])
    for (const split of ['train', 'validation', 'test'])
      expect(data.tasks.count(task, split), `${split} ${task}`).toBe(counts[`${split} ${task}`] ?? 0);
  expect(data.tasks.total('selector')).toBeGreaterThan(0);
  const nothing = { ...data, tasks: new CrossTable() };
  expect(dataHeadline(nothing).join()).toContain('Nothing trains selector, arguments, monolithic');
  expect(dataHeadline(data).join()).not.toContain('Nothing trains');
});

test('the splits are those that the samples are in', async () => {
  const { workspace, data } = await summary();
  const { counts } = (await readManifest(join(workspace, 'samples')))!;
  expect(counts).toMatchObject({ 'train traces': 9, 'test traces': 1, rejected: 2 });
  const splits = data.browse.traces.map(({ id, split }) => [id, split]);
  expect(Object.fromEntries(splits)).toMatchObject({
    'held-out:kept': 'test',
    plain: 'train',
    again: 'not used',
    unknown: 'not used',
  });
});

test('counts what is used of each tool', async () => {
  const { coverage } = (await summary()).data;
  const [read, hostile, add, clear] = coverage;
  expect(read).toEqual({
    ...{ tool: 'files.read', traces: 6, calls: 7, run: 7, errors: 1, recoveries: 1 },
    optional: [
      { path: 'head', given: 2 },
      { path: 'mode', given: 2 },
      { path: 'follow', given: 1 },
    ],
    values: [
      { path: 'mode', values: [valued('text', 2), valued('binary', 0)] },
      { path: 'follow', values: [valued('true', 1), valued('false', 0)] },
    ],
  });
  expect(hostile).toMatchObject({ tool: HOSTILE, traces: 1, calls: 1, run: 1, errors: 0, optional: [], values: [] });
  // A value that a call uses twice is one call that uses it.
  expect(add).toMatchObject({
    ...{ tool: 'notes.add', traces: 3, calls: 3, run: 2 },
    optional: [{ path: 'entries[].tag', given: 2 }],
    values: [{ path: 'entries[].tag', values: [valued('a', 2), valued('b', 0)] }],
  });
  expect(clear).toMatchObject({ tool: 'notes.clear', traces: 0, calls: 0 });
});

function valued(value: string, used: number) {
  return { value, used };
}

test('says what is missing, each thing once', async () => {
  const { data } = await summary();
  expect(coverageGaps(data.coverage).map(({ what, names }) => [what, names])).toEqual([
    ['1 tool without a trace', ['notes.clear']],
    ['3 values never used', ['files.read mode: binary', 'files.read follow: false', 'notes.add entries[].tag: b']],
    ['2 tools without an error or a recovery', [HOSTILE, 'notes.add']],
  ]);
  expect(dataHeadline(data)).toEqual([
    '10 of 12 traces are used: 9 to train on, 0 for validation, 1 held out.',
    'They make 11 calls of 3 of 4 tools, of which 10 were run and 1 ended in an error.',
    'Not covered: 1 tool without a trace; 3 values never used; 2 tools without an error or a recovery.',
  ]);
});

test('counts near-duplicates among what is used, and the rejects of every stage', async () => {
  const { diversity, rejects } = (await summary()).data;
  expect(diversity.similar).toBe(2);
  expect(rejects.map(({ stage }) => stage)).toEqual(['synthesize', 'import', 'build-data']);
  const [synthesis, importing, building] = rejects;
  expect(synthesis!.reasons).toHaveLength(10);
  expect(synthesis!.reasons[0]).toEqual({ reason: 'files.read: reason 9 <i>', count: 19 });
  expect(importing!.reasons).toEqual([
    {
      reason: 'mine.csv: calls a tool that is not there',
      count: 3,
      example: 'first in mine.csv:4; found fly',
    },
  ]);
  expect(building!.reasons).toEqual([
    { reason: 'trace: calls a tool that is not on offer', count: 1 },
    { reason: 'trace: repeats another one', count: 1 },
  ]);
});

test('a trace to browse has its messages, and its samples with what is trained', async () => {
  const { browse } = (await summary()).data;
  expect(browse).toMatchObject({ total: 12, traces: { length: 12 } });
  const chained = browse.traces.find(({ id }) => id === 'chained')!;
  expect(chained).toMatchObject({ tools: ['files.read', 'notes.add'], writer: 'teacher', split: 'train' });
  expect(chained.messages.map(({ role }) => role)).toEqual(['user', 'call', 'result', 'call', 'result']);
  expect(chained.samples.map(({ task, tool }) => [task, tool])).toEqual([
    ['selector', undefined],
    ['arguments', 'files.read'],
    ['arguments', 'notes.add'],
    ['monolithic', undefined],
  ]);
  const trained = chained.samples[0]!.parts.filter(({ train }) => train).map(({ text }) => text);
  expect(trained).toEqual(['read",', 'add",']);
  expect(chained.samples[0]!.parts[0]!.text).toMatch(/^\(\d+ characters\) …/);
});
