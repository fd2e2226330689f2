import { describe, expect, test } from 'vitest';
import { ToolkitError } from '../../../core/errors.ts';
import type { Message } from '../../../core/trace.ts';
import { type Columns, MappingSchema } from '../../../datasets/sources/mapping.ts';
import { parseRow } from '../../../datasets/sources/parse-row.ts';
import { printedDict } from '../../../datasets/sources/printed-dict.ts';
import { rowTrace } from '../../../datasets/sources/row-trace.ts';
import { toolNames } from '../../../datasets/sources/tool-names.ts';
import { traceValidator } from '../../../datasets/validate-trace.ts';
import { CATALOGUE } from '../made-up-traces.ts';

const rename = { 'fs-read': 'files.read_text', 'mem-search': 'memory.search_nodes' };

function traceOf(mapping: unknown, row: Record<string, unknown>) {
  const columns: Columns = MappingSchema.parse(mapping);
  return rowTrace(row, 7, {
    columns,
    names: toolNames(CATALOGUE, rename),
    allTools: CATALOGUE.tools.map(({ id }) => id),
    prefix: 'import-1',
    source: 'rows.jsonl',
    catalogue: CATALOGUE.hash,
  });
}

/** What is wrong with a row, and in which column. */
function troubleOf(mapping: unknown, row: Record<string, unknown>): [string, string | undefined] {
  try {
    return ['nothing', traceOf(mapping, row).id];
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error;
    return [error.details.what, error.details.where];
  }
}

const user = (content: string): Message => ({ role: 'user', content });
const read = (path: string): Message => ({
  role: 'assistant',
  call: { tool: 'files.read_text', arguments: { path } },
});
const search = (query: string): Message => ({
  role: 'assistant',
  call: { tool: 'memory.search_nodes', arguments: { query } },
});
const result = (content: string): Message => ({ role: 'tool', content });
const say = (content: string): Message => ({ role: 'assistant', content });

describe('one call a row', () => {
  const mapping = { query: 'ask', tool: 'call.tool', arguments: 'call.args', answer: 'answer', id: 'key' };

  test('reads dotted paths, also through JSON text, and says where the trace comes from', () => {
    const trace = traceOf(mapping, { ask: 'Read a', call: '{"tool": "read_text", "args": {"path": "a"}}', key: 12 });
    expect(trace).toEqual({
      id: 'import-1-12',
      messages: [user('Read a'), read('a')],
      tools: CATALOGUE.tools.map(({ id }) => id),
      provenance: {
        writer: 'import',
        kind: 'single',
        difficulty: 'medium',
        family: 'import-1/7',
        executed: false,
        seed: 0,
        catalogue: CATALOGUE.hash,
        source: 'rows.jsonl',
        row: 7,
      },
    });
    expect(traceValidator(CATALOGUE)(trace)).toBeUndefined();
  });

  test('an empty tool is an answer', () => {
    const row = { ask: 'Hi', call: { tool: null }, answer: 'Hello', key: 1 };
    expect(traceOf(mapping, row)).toMatchObject({
      messages: [user('Hi'), say('Hello')],
      provenance: { kind: 'respond' },
    });
  });

  test.each<[unknown, Record<string, unknown>, string, string | undefined]>([
    [mapping, { ask: '', call: { tool: 'read_text', args: {} }, key: 1 }, 'nothing in `ask`', 'column `ask`'],
    [mapping, { ask: 'x', call: { tool: 'read_text' }, key: 1 }, 'no column `call.args`', undefined],
    [mapping, { ask: 'x', call: '{"tool', key: 1 }, 'no JSON in `call.tool`', 'column `call.tool`'],
    [mapping, { query: 'x' }, 'no column `ask`', undefined],
    [mapping, { ask: 'x', call: 3 }, 'no column `call.tool`', undefined],
    [
      mapping,
      { ask: 'x', call: { tool: 'read_text', args: '[1]' }, key: 1 },
      'arguments are no object',
      'column `call.args`',
    ],
    [
      mapping,
      { ask: 'x', call: { tool: 'fly', args: {} }, key: 1 },
      'calls a tool that the catalogue does not have',
      undefined,
    ],
    [mapping, { ask: 'x', call: { tool: '' }, key: 1 }, 'no column `answer`', undefined],
    [{ query: 'q', tool: 't' }, { q: 'x', t: '' }, 'no call, and the mapping names no `answer`', 'column `t`'],
    [{ query: 'q', tool: 't' }, { q: { a: 1 }, t: 'read_text' }, 'no text in `q`', 'column `q`'],
  ])('%j: %j', (own, row, what, where) => {
    expect(troubleOf(own, row)).toEqual([what, where]);
  });
});

test('a tool is found by its id, the name in prompts, the server’s name and by `rename`', () => {
  const tools = [
    ...CATALOGUE.tools,
    { ...CATALOGUE.tools[0]!, id: 'other.read_text', name: 'read_text', promptName: 'other_read_text' },
  ];
  const names = toolNames({ ...CATALOGUE, tools }, rename);
  expect(
    ['files.read_text', 'other_read_text', 'read_text', 'move_file', 'fs-read', 'toString'].map((name) => names(name)),
  ).toEqual(['files.read_text', 'other.read_text', 'files.read_text', 'files.move_file', 'files.read_text', undefined]);
});

describe('xlam', () => {
  const tools = JSON.stringify([
    { name: 'fs-read', description: 'Reads.', parameters: { path: { description: 'Which', type: 'str' } } },
    { name: 'live_giveaways_by_type', description: 'Other.', parameters: {} },
  ]);
  const row = (answers: unknown, offered = tools) => ({
    id: 5,
    query: 'Read a',
    answers: JSON.stringify(answers),
    tools: offered,
  });

  test('reads its layout; tools that the catalogue does not have are not on offer', () => {
    expect(traceOf('xlam', row([{ name: 'fs-read', arguments: { path: 'a' } }]))).toMatchObject({
      id: 'import-1-5',
      messages: [user('Read a'), read('a')],
      tools: ['files.read_text'],
    });
  });

  test('rejects what a trace cannot hold', () => {
    const call = { name: 'fs-read', arguments: { path: 'a' } };
    expect(troubleOf('xlam', row([call, call]))).toEqual(['several calls at once', 'column `answers`']);
    expect(troubleOf('xlam', row([]))).toEqual(['no call, and the mapping names no `answer`', 'column `answers`']);
    expect(troubleOf('xlam', row([call], '[{"name": "fly"}]'))).toEqual([
      'offers no tool of the catalogue',
      'column `tools`',
    ]);
    expect(troubleOf('xlam', row([{ name: 'live_giveaways_by_type', arguments: {} }]))[0]).toBe(
      'calls a tool that the catalogue does not have',
    );
    expect(troubleOf('xlam', { ...row([]), answers: 'none' })).toEqual(['no JSON in `answers`', 'column `answers`']);
  });
});

describe('Toucan', () => {
  const tools = JSON.stringify(['fs-read', 'mem-search'].map((name) => ({ type: 'function', function: { name } })));
  const sft = (messages: unknown[]) => ({
    uuid: 'ac0907b0',
    subset_name: 'multi-turn',
    question: 'x',
    target_tools: 'x',
    tools,
    messages: JSON.stringify(messages),
  });
  const call = (content: string) => ({ role: 'tool_call', content });
  const response = (content: string) => ({ role: 'tool_response', content });

  test('reads SFT: calls as Python prints them, several turns', () => {
    const trace = traceOf(
      'toucan',
      sft([
        { role: 'user', content: 'Read it' },
        { role: 'assistant', content: 'I will.' },
        call(`{'name': 'fs-read', 'arguments': '{"path": "it\\'s \\\\n \\u00e9"}'}`),
        response('text'),
        { role: 'assistant', content: 'Done.' },
        { role: 'user', content: 'And search' },
        call(`{'name': 'mem-search', 'arguments': "{\\"query\\": \\"o'b\\"}", 'call_id': None}`),
        response('found'),
        { role: 'assistant', content: 'Found.' },
      ]),
    );
    expect(trace).toMatchObject({
      id: 'import-1-ac0907b0',
      tools: ['files.read_text', 'memory.search_nodes'],
      provenance: { kind: 'chain' },
    });
    expect(trace.messages).toEqual([
      user('Read it'),
      read("it's \n é"),
      result('text'),
      say('Done.'),
      user('And search'),
      search("o'b"),
      result('found'),
      say('Found.'),
    ]);
    expect(traceValidator(CATALOGUE)(trace)).toBeUndefined();
  });

  test('puts calls that are made at once one after another, each with its result', () => {
    const written = [
      { role: 'user', content: 'Both' },
      call(`{'name': 'fs-read', 'arguments': '{"path": "a"}'}`),
      { role: 'assistant', content: 'and' },
      call(`{'name': 'mem-search', 'arguments': '{"query": "b"}'}`),
      response('A'),
      response('B'),
    ];
    expect(traceOf('toucan', sft(written)).messages).toEqual([
      user('Both'),
      read('a'),
      result('A'),
      search('b'),
      result('B'),
    ]);
    expect(troubleOf('toucan', sft(written.slice(0, -1)))[0]).toBe('several calls at once');
  });

  test('reads Kimi-K2, OSS and Qwen3: function calls, tools under another name, system messages left out', () => {
    const messages = [
      { role: 'system', content: '<|im_system|>tool_declare<|im_middle|>[]' },
      { role: 'user', content: 'Read a' },
      { role: 'assistant', content: '', reasoning_content: 'Hm.' },
      { role: 'assistant', content: '', function_call: { name: 'fs-read', arguments: '{"path": "a"}', call_id: 'c' } },
      { role: 'function', name: 'fs-read', content: 'text' },
      { role: 'assistant', content: 'Done.' },
    ];
    const row = { uuid: 'u', question: 'Read a', available_tools: tools, messages: JSON.stringify(messages) };
    expect(traceOf('toucan-raw', row).messages).toEqual([user('Read a'), read('a'), result('text'), say('Done.')]);
  });
});

test('reads messages in the form of OpenAI: results by the id of their call, content in parts', () => {
  const tool = (id: string, name: string, args: object) => ({
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  });
  const row = {
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Both' }] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [tool('1', 'fs-read', { path: 'a' }), tool('2', 'mem-search', { query: 'b' })],
      },
      { role: 'tool', tool_call_id: '2', content: 'B' },
      { role: 'tool', tool_call_id: '1', content: { text: 'A' } },
    ],
  };
  expect(traceOf({ messages: 'messages' }, row).messages).toEqual([
    user('Both'),
    read('a'),
    result('{"text":"A"}'),
    search('b'),
    result('B'),
  ]);
});

describe('results belong to the calls of their ids', () => {
  const two = [
    { role: 'user', content: 'Both' },
    {
      role: 'assistant',
      tool_calls: [
        { id: '1', function: { name: 'fs-read', arguments: '{"path": "a"}' } },
        { id: '2', function: { name: 'mem-search', arguments: '{"query": "b"}' } },
      ],
    },
  ];
  const results = (...ids: unknown[]) => ids.map((id) => ({ role: 'tool', tool_call_id: id, content: `of ${id}` }));
  const one = [two[0], { ...two[1]!, tool_calls: two[1]!.tool_calls!.slice(0, 1) }];

  test.each([
    [two, results('1', '3')],
    [two, results('1', '1')],
    [two, results('1', undefined)],
    [two, results(undefined, undefined)],
    [one, results('2')],
    [[two[0], { role: 'tool_call', content: '{"name": "fs-read"}' }], results('2')],
  ])('%j, %j', (calls, answers) => {
    expect(troubleOf({ messages: 'm' }, { m: [...calls, ...answers] })[0]).toBe(
      'results do not have the ids of their calls',
    );
  });

  test('a call whose result is not told is none of these', () => {
    expect(traceOf({ messages: 'm' }, { m: one }).messages).toEqual([user('Both'), read('a')]);
  });
});

describe('numbers that would be rounded', () => {
  const mapping = { query: 'q', tool: 't', arguments: 'a', id: 'id' };
  const rowOf = (number: string, id = '1', asText = false) => {
    const args = `{"path": [${number}]}`;
    const text = `{"q": "x", "t": "read_text", "id": ${id}, "a": ${asText ? JSON.stringify(args) : args}}`;
    const row = parseRow(text, { number: 1, line: 1 });
    if ('trouble' in row) throw row.trouble;
    return row.value;
  };
  const what = 'a number that would be rounded';

  test.each(['12345678901234567891', '-9007199254740993', '1e400', '-1E400', '1e-400', '123456789012345678.5'])(
    '%s is rejected in arguments, and in the id',
    (number) => {
      expect(troubleOf(mapping, rowOf(number))).toEqual([what, 'column `a`']);
      expect(troubleOf(mapping, rowOf(number, '1', true))).toEqual([what, 'column `a`']);
      expect(troubleOf(mapping, rowOf('1', number))).toEqual([what, 'column `id`']);
      expect(() => traceOf(mapping, rowOf(number))).toThrow(`found:    {"path":[${number}]}`);
    },
  );

  test.each(['9007199254740991', '1e21', '1.50e300', '0.1234567890123456789', '0e5', '100000000000000000000', '-0.0'])(
    '%s is held',
    (number) => {
      const [, step] = traceOf(mapping, rowOf(number)).messages;
      expect(step).toMatchObject({ call: { arguments: { path: [JSON.parse(number)] } } });
    },
  );

  test('elsewhere it does no harm, and a result keeps its digits', () => {
    const row = parseRow(
      '{"other": 12345678901234567891, "m": [{"role": "user", "content": "x"}, {"role": "tool_call", "content": {"name": "fs-read"}}, {"role": "tool", "content": {"id": 12345678901234567891}}]}',
      { number: 1, line: 1 },
    );
    const { messages } = traceOf({ messages: 'm' }, (row as { value: Record<string, unknown> }).value);
    expect(messages.at(-1)).toEqual(result('{"id":12345678901234567891}'));
  });
});

test.each([
  [[{ role: 'critic', content: 'x' }], 'a message of an unknown role'],
  [['x'], 'not a message'],
  [[{ role: 'user', content: null }], 'a user message without text'],
  [[{ role: 'assistant', tool_calls: 'x' }], 'not a list of calls'],
  [[{ role: 'assistant', tool_calls: [{}] }], 'not a call'],
  [[{ role: 'tool_call', content: "{'name': " }], 'not a call'],
])('rejects the messages %j', (messages, what) => {
  expect(troubleOf({ messages: 'm' }, { m: messages })[0]).toBe(what);
});

test('reads dictionaries of texts as Python prints them, and nothing else', () => {
  expect(printedDict('{}')).toEqual({});
  expect(printedDict(`{'a': 'x\\ty\\x1b\\U0001f600', "b'": None}`)).toEqual({ a: 'x\ty\u001b😀', "b'": null });
  for (const wrong of ['', '{', "{'a'}", "{'a': 1}", "{'a': 'b'", "{'a': 'b'} ", "{'a': 'b' 'c': 'd'}"])
    expect(printedDict(wrong)).toBeUndefined();
});

test.each([
  [{}, '`messages`, or `query`'],
  [{ query: 'q' }, '`tool` or `calls`'],
  [{ query: 'q', tool: 't', calls: 'c' }, 'not both'],
  [{ messages: 'm', query: 'q' }, 'not both'],
  [{ query: 'q', tool: 't', argument: 'a' }, 'argument'],
  ['xlm', 'one of xlam, toucan, toucan-raw'],
  ['toString', 'one of xlam'],
])('refuses the mapping %j', (mapping, message) => {
  expect(() => MappingSchema.parse(mapping)).toThrow(message);
});
