import { expect, test } from 'vitest';
import { orderArguments } from '../../core/prompt/order-arguments.ts';
import { partsOf, resolveReference } from '../../core/schema-reference.ts';
import { type Tool, takesNoArguments } from '../../core/tool.ts';

const root = { $defs: { 'a/b': 1, 'c~d': 2, 'e f': 3, '100%': 4, list: [5], '': 6 } };

test.each([
  ['#', root],
  ['#/$defs/a~1b', 1],
  ['#/$defs/c~0d', 2],
  ['#/$defs/e%20f', 3],
  ['#/$defs/100%', 4],
  ['#/$defs/list/0', 5],
  ['#/$defs/', 6],
  ['#/$defs/missing/deeper', undefined],
  ['#/__proto__/toString', undefined],
  ['#/constructor', undefined],
  ['#anchor', undefined],
  ['https://example.com/schema', undefined],
])('%s', (reference, expected) => {
  expect(resolveReference(reference, root)).toEqual(expected);
});

test('a reference may begin with the own `$id` of the schema', () => {
  const named = { $id: 'https://x/y', $defs: { a: 1 } };
  expect(['https://x/y', 'https://x/y#', '#'].map((reference) => resolveReference(reference, named))).toEqual([
    named,
    named,
    named,
  ]);
  expect(resolveReference('https://x/y#/$defs/a', named)).toBe(1);
  expect(resolveReference('https://x/yz#/$defs/a', named)).toBeUndefined();
});

test('a schema that refers to itself has an end', () => {
  const schema = { allOf: Array.from({ length: 40 }, () => ({ $ref: '#' })), anyOf: [null, true, 'x'] };
  expect(partsOf(schema, schema)).toHaveLength(41);
  expect(orderArguments({ ...schema, properties: { b: {}, a: { $ref: '#/%' } } }, { a: { x: 1 }, b: 2 })).toEqual({
    b: 2,
    a: { x: 1 },
  });
});

test.each([
  [{ type: 'object' }, true],
  [{ type: 'object', properties: {} }, true],
  [{ type: 'object', properties: { a: {} } }, false],
  [{ type: 'object', $ref: '#/$defs/x', $defs: { x: { properties: { a: {} } } } }, false],
  [{ type: 'object', allOf: [{ properties: {} }, { properties: { a: {} } }] }, false],
])('takesNoArguments of %j is %s', (inputSchema, expected) => {
  expect(takesNoArguments({ inputSchema } as unknown as Tool)).toBe(expected);
});
