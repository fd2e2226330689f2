import { expect, test } from 'vitest';
import { argsExact } from '../../../pipelines/scoring/args-exact.ts';

const schema = {
  type: 'object',
  properties: {
    path: { type: 'string' },
    count: { type: 'integer' },
    point: { type: 'object', properties: { city: { type: 'string' } } },
    items: { type: 'array', items: { type: 'object', properties: { n: { type: 'number' } } } },
  },
};
const exact = (gold: object, value: Record<string, unknown>) => argsExact(schema, { name: 't', ...gold }, value);
const plain = (args: Record<string, unknown>, value: Record<string, unknown>) => exact({ arguments: args }, value);

test.each([
  ['5 and 5.0', { count: 5 }, JSON.parse('{"count":5.0}')],
  ['0 and -0', { count: 0 }, { count: -0 }],
  ['any key order', { path: 'a', count: 1 }, { count: 1, path: 'a' }],
  ['nested key order', { point: { city: 'x', zip: '1' } }, { point: { zip: '1', city: 'x' } }],
  ['nothing and nothing', {}, {}],
])('takes %s as equal', (_name, gold, value) => {
  expect(plain(gold, value as never)).toBeUndefined();
});

test.each([
  ['another case', { path: 'A' }, { path: 'a' }, 'wrong-value'],
  ['true for 1', { count: 1 }, { count: true }, 'wrong-value'],
  ['a string for a number', { count: 5 }, { count: '5' }, 'wrong-value'],
  ['null for missing', {}, { path: null }, 'extra'],
  ['missing for null', { path: null }, {}, 'missing'],
  ['missing for an empty string', { path: '' }, {}, 'missing'],
  ['another array order', { items: [1, 2] }, { items: [2, 1] }, 'wrong-value'],
  ['a longer array', { items: [1] }, { items: [1, 1] }, 'wrong-value'],
  ['a nested extra member', { point: { city: 'x' } }, { point: { city: 'x', zip: 1 } }, 'wrong-value'],
  ['an inherited name', {}, { constructor: 1 }, 'extra'],
  ['an inherited name that is missing', { toString: 1 }, {}, 'missing'],
])('refuses %s', (_name, gold, value, kind) => {
  expect(plain(gold as never, value as never)).toMatchObject({ kind });
});

test('takes any listed value of `possible`', () => {
  const gold = { possible: { path: ['a', 'b'], count: ['', 5] } };
  expect(exact(gold, { path: 'b', count: 5 })).toBeUndefined();
  expect(exact(gold, { path: 'a' })).toBeUndefined();
  expect(exact(gold, { path: 'B' })).toMatchObject({ kind: 'wrong-value', parameter: 'path' });
  expect(exact(gold, {})).toMatchObject({ kind: 'missing', parameter: 'path' });
  expect(exact(gold, { path: 'a', point: {} })).toMatchObject({ kind: 'extra', parameter: 'point' });
});

test('reads the member lists of possible objects', () => {
  const gold = {
    possible: { point: [{ city: ['Paris', 'Rome'], zip: ['', '1'] }], items: ['', [{ n: [1] }, { n: [2, 3] }]] },
  };
  expect(exact(gold, { point: { city: 'Rome' }, items: [{ n: 1 }, { n: 3 }] })).toBeUndefined();
  expect(exact(gold, { point: { city: 'rome' } })).toMatchObject({ kind: 'wrong-value', parameter: 'point' });
  expect(exact(gold, { point: { zip: '1' } })).toMatchObject({ kind: 'wrong-value', parameter: 'point' });
  expect(exact(gold, { point: { city: 'Rome' }, items: [{ n: 1 }] })).toMatchObject({ parameter: 'items' });
});

test('takes `<any>` as any non-empty value of a declared type, at any depth', () => {
  expect(plain({ path: '<any>' }, { path: 'x' })).toBeUndefined();
  expect(plain({ path: '<any>' }, { path: '' })).toMatchObject({ kind: 'wrong-value' });
  expect(plain({ path: '<any>' }, { path: 5 })).toMatchObject({ kind: 'wrong-value' });
  expect(plain({ path: '<any>' }, {})).toMatchObject({ kind: 'missing' });
  expect(plain({ items: '<any>' }, { items: [] })).toMatchObject({ kind: 'wrong-value' });
  expect(plain({ items: '<any>' }, { items: [{ n: 1 }] })).toBeUndefined();
  expect(plain({ point: { city: '<any>' } }, { point: { city: 'x' } })).toBeUndefined();
  expect(plain({ point: { city: '<any>' } }, { point: { city: 3 } })).toMatchObject({ kind: 'wrong-value' });
  expect(plain({ items: [{ n: '<any>' }] }, { items: [{ n: 7 }] })).toBeUndefined();
  expect(plain({ items: [{ n: '<any>' }] }, { items: [{ n: 'x' }] })).toMatchObject({ kind: 'wrong-value' });
  expect(exact({ possible: { count: ['<any>'] } }, { count: 0 })).toBeUndefined();
});
