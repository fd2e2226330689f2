import { expect, test } from 'vitest';
import { argumentErrors } from '../../../pipelines/scoring/argument-errors.ts';

const schema = {
  type: 'object',
  properties: {
    path: { type: 'string' },
    lines: { type: 'integer' },
    order: { enum: ['rising', 'falling'] },
    names: { type: 'array', items: { type: 'string' } },
    deep: { type: 'object', properties: { flag: { type: 'boolean' }, text: { type: 'string' } } },
  },
  required: ['path'],
};
const told = 'Show the first five lines of notes/todo.txt, with Ada.';
const errors = (gold: object, predicted: unknown, said?: string) =>
  argumentErrors({ name: 'read', arguments: { ...gold } }, { name: 'read', arguments: predicted }, schema, said);

test('each wrong parameter with its kind, names first', () => {
  const found = errors(
    { path: 'notes/todo.txt', lines: 5, order: 'rising' },
    { lines: 'five', order: 'falling', names: ['x'], colour: 1 },
  );
  expect(found).toEqual([
    { parameter: 'path', kind: 'missing' },
    { parameter: 'names', kind: 'extra' },
    { parameter: 'colour', kind: 'extra' },
    { parameter: 'lines', kind: 'wrong-type' },
    { parameter: 'order', kind: 'wrong-value' },
  ]);
});

test.each([
  ['a value that nobody told', { path: 'a.txt' }, { path: 'secret/plan.txt' }, 'made-up'],
  ['a number that nobody told', { path: 'a', lines: 5 }, { path: 'a', lines: 17 }, 'made-up'],
  ['a told value in the wrong place', { path: 'a.txt' }, { path: 'notes/todo.txt' }, 'wrong-value'],
  ['a number told in words', { path: 'a', lines: 3 }, { path: 'a', lines: 5 }, 'wrong-value'],
  ['a value that the schema offers', { path: 'a', order: 'rising' }, { path: 'a', order: 'falling' }, 'wrong-value'],
  [
    'a flag, which is no copy of anything',
    { path: 'a', deep: { flag: true } },
    { path: 'a', deep: { flag: false } },
    'wrong-value',
  ],
  ['one made-up part of a list', { path: 'a', names: ['Ada'] }, { path: 'a', names: ['Ada', 'Zoe'] }, 'made-up'],
  [
    'a part of the gold, although nobody told it',
    { path: 'a', names: ['Eve', 'Ada'] },
    { path: 'a', names: ['Eve'] },
    'wrong-value',
  ],
  ['a made-up text deep inside', { path: 'a', deep: { text: 'Ada' } }, { path: 'a', deep: { text: 'Zoe' } }, 'made-up'],
])('%s', (_name, gold, predicted, kind) => {
  expect(errors(gold, predicted, told).map((error) => error.kind)).toEqual([kind]);
  expect(errors(gold, predicted).map((error) => error.kind)).toEqual(['wrong-value']);
});

test('nothing where arguments are right by AST, or where there is no call to compare', () => {
  const gold = { name: 'read', arguments: { path: 'a.txt' } };
  expect(errors({ path: 'Notes/Todo.txt' }, { path: 'notes.todo.txt' }, told)).toEqual([]);
  expect(argumentErrors(gold, null, schema, told)).toEqual([]);
  expect(argumentErrors(gold, { name: 'list', arguments: {} }, schema, told)).toEqual([]);
  expect(argumentErrors({ name: null }, { name: 'read', arguments: {} }, schema, told)).toEqual([]);
});

test('arguments that are no object are wrong as a whole, missing ones are {}', () => {
  expect(errors({ path: 'a' }, null)).toEqual([{ parameter: '(arguments)', kind: 'wrong-type' }]);
  expect(errors({ path: 'a' }, undefined)).toEqual([{ parameter: 'path', kind: 'missing' }]);
});
