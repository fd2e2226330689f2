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
    { id: 1, selection: true, args_exact: true, args_ast: true, schema_valid: true, errors: [], why: '' },
    {
      id: 'two',
      selection: false,
      args_exact: false,
      args_ast: false,
      schema_valid: true,
      errors: [],
      why: 'no call, expected read',
    },
    { id: 3, selection: true, args_exact: true, args_ast: true, schema_valid: true, errors: [], why: '' },
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

test('several gold calls, in any order, with their tools, and what is wrong with which argument', async () => {
  const list = { name: 'list', inputSchema: { type: 'object', properties: { path: { type: 'string' } } } };
  const several = { tools: [tool, list], gold: [gold, { name: 'list', arguments: { path: 'b' } }] };
  const call = (name: string, path: string) => ({ name, arguments: { path } });
  const rows = await scoreLines(
    { id: 1, ...several, predicted: [call('list', 'b'), call('read', 'a')] },
    { id: 2, ...several, predicted: call('read', 'a') },
    { id: 3, ...several, predicted: [call('list', 'b'), call('read', 'made')], query: 'read a, list b' },
    { id: 4, ...several, predicted: [], also_ok: [null] },
    {
      id: 5,
      ...several,
      predicted: [call('list', 'c'), call('list', 'd')],
      also_ok: [[call('list', 'd'), call('list', 'c')]],
    },
  );
  expect(rows.map(({ selection, args_ast }) => [selection, args_ast])).toEqual([
    [true, true],
    [false, false],
    [true, false],
    [true, true],
    [true, true],
  ]);
  expect(rows[1]!.why).toBe('1 call (read), expected 2 (read, list)');
  expect(rows[2]!.errors).toEqual([{ parameter: 'path', kind: 'made-up' }]);
});

test.each([
  ['an empty list of gold calls', { gold: [] }, '`null` where no tool should be called'],
  ['a gold call of a list without a name', { gold: [gold, { name: null }] }, 'gold.1.name'],
  ['a misspelt key in a list', { gold: [gold, { name: 'read', args: {} }] }, '"args"'],
  [
    'a schema in a list that is none',
    { tools: [tool, { name: 'x', inputSchema: { type: 'nonsense' } }] },
    'tools.1.inputSchema',
  ],
])('refuses %s, and says where', async (_name, change, part) => {
  await expect(scoreLines({ ...right, ...change })).rejects.toThrow(part);
});

test('a file without a case is refused: nothing was scored', async () => {
  await expect(scoreLines('', ' ')).rejects.toThrow('cases.jsonl: there is no case to score');
});
