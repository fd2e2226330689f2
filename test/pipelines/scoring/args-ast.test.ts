import { describe, expect, test } from 'vitest';
import { argsAst } from '../../../pipelines/scoring/args-ast.ts';

const schema = {
  type: 'object',
  required: ['path'],
  properties: {
    path: { type: 'string' },
    count: { type: 'integer' },
    ratio: { type: 'number' },
    flag: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    point: { type: 'object' },
    items: { type: 'array', items: { $ref: '#/$defs/Item' } },
    loose: {},
    mode: { type: 'string', enum: ['fast', 'slow'], pattern: '^fast$' },
    either: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    listed: { type: ['integer', 'array'] },
    referred: { $ref: '#/$defs/Item' },
  },
  $defs: { Item: { type: 'object', properties: { n: { type: 'number' } } } },
};
const ast = (possible: Record<string, unknown[]>, value: object) =>
  argsAst(schema, { name: 't', possible: { path: ['p'], ...possible } }, { path: 'p', ...value });
const plain = (args: object, value: object) =>
  argsAst(schema, { name: 't', arguments: { path: 'p', ...args } }, { path: 'p', ...value });

describe('rule 1 and 2: names', () => {
  test('a required name has to be there, although `possible` lets it be left out', () => {
    expect(argsAst(schema, { name: 't', possible: { path: ['', 'p'] } }, {})).toMatchObject({ kind: 'missing' });
  });
  test('a predicted name has to be in the schema and in the gold', () => {
    expect(ast({}, { count: 1 })).toMatchObject({ kind: 'extra', parameter: 'count' });
    expect(ast({ unknown: [1] }, { unknown: 1 })).toMatchObject({ kind: 'extra', parameter: 'unknown' });
    expect(ast({}, { constructor: 1 })).toMatchObject({ kind: 'extra', parameter: 'constructor' });
  });
  test('a gold name may be absent only with the marker', () => {
    expect(ast({ count: [1] }, {})).toMatchObject({ kind: 'missing', parameter: 'count' });
    expect(ast({ count: [1, ''] }, {})).toBeUndefined();
  });
  test('properties and required names are found through references and allOf', () => {
    const referred = {
      $ref: '#/definitions/Args',
      definitions: { Args: { allOf: [{ properties: { a: { type: 'number' } }, required: ['a'] }] } },
    };
    expect(argsAst(referred, { name: 't', arguments: { a: 1 } }, { a: 1 })).toBeUndefined();
    expect(argsAst(referred, { name: 't', arguments: {} }, {})).toMatchObject({ kind: 'missing', parameter: 'a' });
  });
  test('without a schema, names are checked against the gold alone', () => {
    expect(argsAst(undefined, { name: 't', arguments: { a: 1 } }, { a: 1 })).toBeUndefined();
    expect(argsAst(undefined, { name: 't', arguments: {} }, { a: 1 })).toMatchObject({ kind: 'extra' });
  });
});

describe('rule 3: types', () => {
  test.each([
    ['5.0 for an integer', { count: [5] }, { count: 5.0 }],
    ['an integer for a number', { ratio: [5] }, { ratio: 5 }],
    ['a fraction for an integer', { count: [5.5] }, { count: 5.5 }],
    ['anything untyped', { loose: [['a']] }, { loose: ['a'] }],
    ['null in anyOf', { either: [null] }, { either: null }],
    ['a type of a list', { listed: [[1]] }, { listed: [1] }],
    ['an undeclared type that a possible value has', { count: ['$n'] }, { count: '$n' }],
  ])('allows %s', (_name, possible, value) => {
    expect(ast(possible, value)).toBeUndefined();
  });
  test.each([
    ['a string for a number', { count: [5] }, { count: '5' }],
    ['true for 1', { count: [1] }, { count: true }],
    ['null for a string', { mode: ['x'] }, { mode: null }],
    ['a number in anyOf without number', { either: ['x'] }, { either: 1 }],
    ['a string that only the marker would allow', { count: [''] }, { count: '' }],
  ])('refuses %s', (_name, possible, value) => {
    expect(ast(possible, value)).toMatchObject({ kind: 'wrong-type' });
  });
  test('compares a value of an undeclared type by equality', () => {
    expect(ast({ count: ['Five'] }, { count: 'five' })).toMatchObject({ kind: 'wrong-value' });
    // Members of what the schema does not declare as an object are no lists of possible values.
    for (const count of [{ n: 5 }, [{ n: 5 }]]) {
      expect(plain({ count }, { count: structuredClone(count) })).toBeUndefined();
      expect(ast({ count: [count] }, { count: structuredClone(count) })).toBeUndefined();
    }
    expect(plain({ count: { n: 5 } }, { count: { n: 6 } })).toMatchObject({ kind: 'wrong-value', expected: { n: 5 } });
  });
  test('ends on references that point in a circle or nowhere', () => {
    const circle = {
      properties: { a: { $ref: '#/$defs/A' }, b: { $ref: '#/gone' } },
      $defs: { A: { $ref: '#/$defs/A' } },
    };
    expect(argsAst(circle, { name: 't', arguments: { a: 1, b: 'x' } }, { a: 1, b: 'X' })).toBeUndefined();
  });
});

describe('rule 4: strings', () => {
  test.each([
    ['Data/Reports', 'data.reports'],
    ['a, b - c_d*e^f', 'ABCDEF'],
    ["it's", 'it"s'],
    ['', '.'],
  ])('%s equals %s', (gold, found) => {
    expect(ast({ mode: [gold] }, { mode: found })).toBeUndefined();
  });
  test('other punctuation counts', () => {
    expect(ast({ mode: ['a:b'] }, { mode: 'ab' })).toMatchObject({ kind: 'wrong-value' });
    expect(ast({ mode: ['a\tb'] }, { mode: 'ab' })).toMatchObject({ kind: 'wrong-value' });
  });
});

describe('rule 5: arrays', () => {
  test('same length and order, strings normalized', () => {
    expect(ast({ tags: [['A b', 'c']] }, { tags: ['ab', 'C'] })).toBeUndefined();
    expect(ast({ tags: [['a', 'b']] }, { tags: ['b', 'a'] })).toMatchObject({ kind: 'wrong-value' });
    expect(ast({ tags: [['a', 'b']] }, { tags: ['a'] })).toMatchObject({ kind: 'wrong-value' });
    expect(ast({ tags: [[1]] }, { tags: [1] })).toBeUndefined();
    expect(ast({ tags: [[1]] }, { tags: [true] })).toMatchObject({ kind: 'wrong-value' });
  });
  test('deeper strings are compared to the letter', () => {
    expect(ast({ tags: [[['A']]] }, { tags: [['a']] })).toMatchObject({ kind: 'wrong-value' });
  });
  test('an empty array matches the marker', () => {
    expect(ast({ tags: ['', ['a']] }, { tags: [] })).toBeUndefined();
    expect(ast({ tags: [['a']] }, { tags: [] })).toMatchObject({ kind: 'wrong-value' });
  });
});

describe('rule 6: objects', () => {
  const possible = { point: [{ city: ['Paris', 'Lutetia'], zip: ['', '75'] }] };
  test('members hold lists of possible values', () => {
    expect(ast(possible, { point: { city: 'lutetia' } })).toBeUndefined();
    expect(ast(possible, { point: { city: 'Paris', zip: '7-5' } })).toBeUndefined();
    expect(ast(possible, { point: { city: 'Rome' } })).toMatchObject({ kind: 'wrong-value' });
    expect(ast(possible, { point: { zip: '75' } })).toMatchObject({ kind: 'wrong-value' });
    expect(ast(possible, { point: { city: 'Paris', land: 'F' } })).toMatchObject({ kind: 'wrong-value' });
  });
  test('also directly in an array, by position', () => {
    const rows = { items: [[{ n: [1] }, { n: [2, 3] }]] };
    expect(ast(rows, { items: [{ n: 1 }, { n: 3 }] })).toBeUndefined();
    expect(ast(rows, { items: [{ n: 3 }, { n: 1 }] })).toMatchObject({ kind: 'wrong-value' });
  });
  test('plain arguments become that form', () => {
    expect(
      plain({ point: { city: 'Paris', geo: { lat: 1 } } }, { point: { city: 'paris', geo: { lat: 1 } } }),
    ).toBeUndefined();
    expect(plain({ point: { geo: { name: 'A' } } }, { point: { geo: { name: 'a' } } })).toMatchObject({
      kind: 'wrong-value',
    });
    expect(plain({ items: [{ n: 1 }] }, { items: [{ n: 1 }] })).toBeUndefined();
    expect(plain({ items: [{ n: 1 }] }, { items: [{ n: 1, m: 2 }] })).toMatchObject({ kind: 'wrong-value' });
    expect(plain({ referred: { n: 2 } }, { referred: { n: 2 } })).toBeUndefined();
  });
  test('an empty object does not match the marker', () => {
    expect(ast({ point: [''] }, { point: {} })).toMatchObject({ kind: 'wrong-value' });
  });
});

test('rule 7: enum and pattern play no part', () => {
  expect(ast({ mode: ['Fast'] }, { mode: 'fast' })).toBeUndefined();
  expect(ast({ mode: ['other'] }, { mode: 'other' })).toBeUndefined();
});

test('`<any>` takes any non-empty value of a declared type', () => {
  expect(plain({ mode: '<any>' }, { mode: 'whatever' })).toBeUndefined();
  expect(plain({ mode: '<any>' }, { mode: '' })).toMatchObject({ kind: 'wrong-value' });
  expect(plain({ count: '<any>' }, { count: 'x' })).toMatchObject({ kind: 'wrong-type' });
  expect(plain({ count: '<any>' }, { count: 0 })).toBeUndefined();
  expect(plain({ tags: ['<any>', 'b'] }, { tags: ['x', 'B'] })).toBeUndefined();
  expect(plain({ items: [{ n: '<any>' }] }, { items: [{ n: 'x' }] })).toMatchObject({ kind: 'wrong-value' });
  expect(plain({ loose: '<any>' }, { loose: { a: 1 } })).toBeUndefined();
});
