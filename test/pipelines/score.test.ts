import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openJsonl } from '../../core/jsonl.ts';
import { scoreCases } from '../../pipelines/score.ts';
import { heapInUse } from './heap-in-use.ts';

const tool = {
  name: 'read',
  inputSchema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
};
const gold = { name: 'read', arguments: { path: 'a' } };
const right = { id: 1, tool, gold, predicted: { name: 'read', arguments: { path: 'a' } } };

async function scoreLines(...lines: (object | string)[]) {
  const file = join(await mkdtemp(join(tmpdir(), 'score-')), 'cases.jsonl');
  await writeFile(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  const rows = [];
  for await (const row of scoreCases(file, new AbortController().signal)) rows.push(row);
  return rows;
}

test('scores each line', async () => {
  const rows = await scoreLines(
    right,
    { ...right, id: 'two', predicted: null },
    { id: 3, gold: null, predicted: null },
  );
  expect(rows).toEqual([
    { id: 1, selection: true, args_exact: true, args_ast: true, schema_valid: true, why: '' },
    {
      id: 'two',
      selection: false,
      args_exact: false,
      args_ast: false,
      schema_valid: true,
      why: 'no call, expected read',
    },
    { id: 3, selection: true, args_exact: true, args_ast: true, schema_valid: true, why: '' },
  ]);
});

test('also_ok may stand in the gold or beside it', async () => {
  const other = { name: 'list', arguments: {} };
  const predicted = { name: 'list' };
  const rows = await scoreLines(
    { ...right, predicted, also_ok: [other] },
    { ...right, id: 2, predicted, gold: { ...gold, also_ok: [other] } },
    { ...right, id: 3, predicted },
  );
  expect(rows.map((row) => row.args_ast)).toEqual([true, true, false]);
});

test('a gold without arguments has none', async () => {
  const [row] = await scoreLines({ ...right, gold: { name: 'read' }, predicted: { name: 'read', arguments: {} } });
  expect(row).toMatchObject({ selection: true, args_exact: true });
});

test('a prediction without a name is no call', async () => {
  const [row] = await scoreLines({ ...right, gold: { name: null }, predicted: { name: null } });
  expect(row).toMatchObject({ selection: true, schema_valid: true });
});

test('reads values with line separators of Unicode', async () => {
  const path = 'a\u2028b\u2029c';
  const [row] = await scoreLines({
    ...right,
    gold: { name: 'read', arguments: { path } },
    predicted: { name: 'read', arguments: { path } },
  });
  expect(row!.args_exact).toBe(true);
});

const deep = (open: string, close: string, inside = '1') => `${open.repeat(5000)}${inside}${close.repeat(5000)}`;
const withText = (value: unknown, text: string) => JSON.stringify(value).replace('"<deep>"', text);

test.each([
  [
    'a gold and a prediction nested too deep',
    withText({ ...right, gold: { name: 'read', arguments: { path: '<deep>' } } }, deep('[', ']')),
    'at most 200 levels',
  ],
  [
    'a schema nested too deep',
    withText({ ...right, tool: { name: 'read', inputSchema: '<deep>' } }, deep('{"not":', '}', '{}')),
    'at most 200 levels',
  ],
  ['a misspelt key of the gold', { ...right, gold: { name: 'read', args: { path: 'a' } } }, '"args"'],
  ['a misspelt key of another call to accept', { ...right, also_ok: [{ name: 'read', args: {} }] }, '"args"'],
  ['a misspelt key of the prediction', { ...right, predicted: { name: 'read', args: {} } }, 'predicted.arguments'],
  ['an id for the second time', right, 'id: expected an id that no line before has'],
  ['no JSON', '{"id": 1,', 'not a line of JSON'],
  ['no prediction', { ...right, predicted: undefined }, 'predicted'],
  ['an empty list of possible values', { ...right, gold: { name: 'read', possible: { path: [] } } }, 'gold.possible'],
  ['arguments of the gold that are no object', { ...right, gold: { name: 'read', arguments: [] } }, 'gold.arguments'],
  [
    'a schema that is none',
    { ...right, tool: { name: 'read', inputSchema: { type: 'nonsense' } } },
    'tool.inputSchema',
  ],
])('refuses %s with file and line', async (_name, line, part) => {
  const error: Error = await scoreLines(right, '', line).then(
    () => expect.unreachable(),
    (thrown) => thrown,
  );
  expect(error.message).toMatch(/cases\.jsonl:3: /);
  expect(error.message).toContain(part);
});

test('streams: memory does not grow with the file', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'score-')), 'cases.jsonl');
  const writer = openJsonl(file);
  for (let id = 0; id < 12_000; id++) {
    const inputSchema = { ...tool.inputSchema, title: `tool ${id % 100}` };
    await writer.write({ ...right, id, tool: { ...tool, inputSchema, description: 'x'.repeat(2000) } });
  }
  await writer.close();
  let rows = 0;
  let after = 0;
  const before = heapInUse();
  for await (const row of scoreCases(file, new AbortController().signal)) {
    rows += row.args_exact ? 1 : 0;
    if (rows === 11_500) after = heapInUse();
  }
  expect(rows).toBe(12_000);
  expect(after - before).toBeLessThan(15e6);
});
