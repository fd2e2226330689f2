import { expect, test } from 'vitest';
import { SchemaValidators } from '../../core/schema-validators.ts';
import type { Tool } from '../../core/tool.ts';
import type { Message, Trace } from '../../core/trace.ts';
import { traceValidator } from '../../datasets/validate-trace.ts';
import { CATALOGUE, makeTool, makeTraces } from './made-up-traces.ts';

const user: Message = { role: 'user', content: 'Hi' };
const call = (tool: string, args: Record<string, unknown>): Message => ({
  role: 'assistant',
  call: { tool, arguments: args },
});
const result: Message = { role: 'tool', content: 'ok' };
const read = call('files.read_text', { path: 'a' });

function why(part: Partial<Trace>): string | undefined {
  return traceValidator(CATALOGUE)({ ...makeTraces(1)[0]!, ...part })?.what;
}

test('traces that a writer makes pass', () => {
  const validate = traceValidator(CATALOGUE);
  expect(makeTraces(100).flatMap((trace) => validate(trace) ?? [])).toEqual([]);
});

test.each<[Message[], string]>([
  [[user, call('files.gone', {})], 'trace: calls a tool that is not on offer'],
  [[user, call('files.read_text', {})], 'trace: arguments do not fit the schema of files.read_text'],
  [[user, call('files.read_text', { path: 7 })], 'trace: arguments do not fit the schema of files.read_text'],
  [
    [user, call('memory.search_nodes', { query: 'a', more: 1 })],
    'trace: arguments do not fit the schema of memory.search_nodes',
  ],
  [[user, result], 'trace: tool behind user'],
  [[user, read, read], 'trace: call behind call'],
  [[user, user], 'trace: user behind user'],
  [[read, result], 'trace: call behind start'],
  [[{ role: 'system', content: 'x' }, user], 'trace: has no step'],
])('rejects %j', (messages, reason) => {
  expect(why({ messages })).toBe(reason);
});

test('says how arguments do not fit, and what they are', () => {
  const [trace] = makeTraces(1);
  const messages = [user, call('files.read_text', { path: 7 })];
  expect(traceValidator(CATALOGUE)({ ...trace!, messages })).toMatchObject({
    expected: '/path must be string',
    found: '{"path":7}',
  });
});

test('rejects what could not be written as a sample: half characters and what is nested too deep', () => {
  const half = 'trace: half of a character (a lone surrogate)';
  expect(why({ id: 'a\ud83d' })).toBe(half);
  expect(why({ messages: [{ role: 'user', content: 'Hi \ud83d' }, read] })).toBe(half);
  expect(why({ messages: [user, read, { role: 'tool', content: '\ude00' }] })).toBe(half);
  expect(why({ messages: [user, call('files.read_text', { path: '\ud83d' })] })).toBe(half);
  expect(why({ messages: [user, call('files.read_text', { '\ud83d': 1 })] })).toBe(half);
  expect(why({ messages: [{ role: 'user', content: 'Hi 😀' }, read] })).toBeUndefined();
  const nested = (levels: number) =>
    call('files.read_text', JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`));
  expect(why({ messages: [user, nested(65)] })).toBe('trace: nested deeper than 64 levels');
  expect(why({ messages: [user, nested(64)] })).toBe('trace: arguments do not fit the schema of files.read_text');
});

test('rejects tools that are gone, and a second trace of the same id', () => {
  expect(why({ tools: ['files.gone'] })).toBe('trace: offers a tool that is not in the catalogue');
  const validate = traceValidator(CATALOGUE);
  const [trace] = makeTraces(1);
  expect([validate(trace!), validate(trace!)]).toEqual([undefined, { what: 'trace: another one has the same id' }]);
});

test('reads schemas in the draft that they are written in', () => {
  const validators = new SchemaValidators();
  const fits = (tool: Tool, args: unknown) => validators.check(tool.inputSchema)(args);
  const pair = { type: 'array', items: [{ type: 'string' }, { type: 'number' }] };
  const old = makeTool('a.old', '', { pair });
  const modern = makeTool('a.new', '', { pair: { type: 'array', prefixItems: pair.items } }, { $schema: undefined });
  const undeclared = makeTool('a.none', '', { pair }, { $schema: undefined });
  for (const tool of [old, modern, undeclared]) {
    expect(fits(tool, { pair: ['a', 1] })).toBeUndefined();
    expect(fits(tool, { pair: [1, 'a'] })).toContain('/pair/0');
  }
  expect(() => fits(makeTool('a.bad', '', { x: { type: 'nonsense' } }), {})).toThrow('cannot be compiled');
  expect(fits(makeTool('a.async', '', { x: { type: 'string' } }, { $async: true }), { x: 1 })).toContain('/x');
});
