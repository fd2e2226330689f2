import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EvaluationCase } from '../../../pipelines/evaluate/evaluation-case.ts';
import { type Executor, openExecutor } from '../../../pipelines/evaluate/executor.ts';
import { heldOutCases } from '../../../pipelines/evaluate/held-out-cases.ts';
import { CATALOGUE, type EvaluationWorkspace, evaluationWorkspace } from './evaluation-workspace.ts';

let place: EvaluationWorkspace;
let executor: Executor;
let cases: Map<string, EvaluationCase>;

beforeAll(async () => {
  place = await evaluationWorkspace();
  executor = await openExecutor(place.context, place.settings, CATALOGUE, (message) => expect.unreachable(message));
  const all = await heldOutCases(join(place.context.workspace, 'samples', 'traces-test.jsonl'), CATALOGUE);
  cases = new Map(all.map((one) => [one.id, one]));
});
afterAll(() => executor.close());

const run = (id: string, name: string, args: unknown) =>
  executor.run(cases.get(id)!, {
    name,
    tool: CATALOGUE.tools.some((tool) => tool.name === name) ? `files.${name}` : null,
    arguments: args,
  });

test('runs the predicted call on a copy, after the gold calls before it', async () => {
  expect(await run('single#0', 'read_text_file', { path: 'a.txt' })).toBe(true);
  expect(await run('single#0', 'read_text_file', { path: 'new.txt' })).toBe(false);
  // Only after the gold call that writes it is the file there …
  expect(await run('chain#1', 'read_text_file', { path: 'new.txt' })).toBe(true);
  // … and it is gone for the next case, and was never there in the user's own folder.
  expect(await run('single#0', 'read_text_file', { path: 'new.txt' })).toBe(false);
  expect(await readdir(join(place.context.workspace, 'files'))).toEqual(['a.txt']);
});

test('no call, an unknown tool and arguments that are no object are failures', async () => {
  expect(await executor.run(cases.get('single#0')!, null)).toBe(false);
  expect(await run('single#0', 'nope', {})).toBe(false);
  expect(await run('single#0', 'read_text_file', null)).toBe(false);
  expect(await run('single#0', 'read_text_file', { path: 5 })).toBe(false);
});

test('a step that wants no call is not scored', async () => {
  expect(await run('respond#0', 'read_text_file', { path: 'a.txt' })).toBeNull();
});

test('what was recorded is replayed without servers, servers file and data; what was not stays unscored, and is told once', async () => {
  const other = await evaluationWorkspace();
  const { workspace } = other.context;
  const path = join(workspace, 'files.cassette.jsonl');
  const warnings: string[] = [];
  const ask = async (mode: 'record' | 'replay') => {
    const context = { ...other.context, cassette: { path, mode } };
    const one = await openExecutor(context, other.settings, CATALOGUE, (message) => warnings.push(message));
    const read = (id: string, file: string) =>
      one.run(cases.get(id)!, { name: 'read_text_file', tool: 'files.read_text_file', arguments: { path: file } });
    try {
      return [await read('single#0', 'a.txt'), await read('single#0', 'new.txt'), await read('chain#1', 'new.txt')];
    } finally {
      await one.close();
    }
  };
  expect(await ask('record')).toEqual([true, false, true]);
  for (const name of ['servers.json', 'files']) await rm(join(workspace, name), { recursive: true });
  expect(await ask('replay')).toEqual([true, false, true]);
  expect(warnings).toEqual([]);
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  await writeFile(path, `${lines[0]}\n`);
  expect(await ask('replay')).toEqual([true, null, null]);
  expect(warnings).toEqual([expect.stringContaining('never recorded')]);
});
