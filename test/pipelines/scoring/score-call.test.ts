import { expect, test } from 'vitest';
import { SchemaValidators } from '../../../core/schema-validators.ts';
import type { GoldCall, PredictedCall } from '../../../pipelines/scoring/gold.ts';
import { scoreCall } from '../../../pipelines/scoring/score-call.ts';

const schemas: Record<string, Record<string, unknown>> = {
  read: { type: 'object', properties: { path: { type: 'string' }, head: { type: 'integer' } }, required: ['path'] },
  list: { type: 'object', properties: { path: { type: 'string' } } },
};
const validators = new SchemaValidators();
const schemaOf = (name: string) => schemas[name];

function scores(gold: GoldCall, predicted: PredictedCall | null, alsoOk: GoldCall[] = []) {
  const { selection, args_exact, args_ast, schema_valid } = scoreCall(
    { gold, alsoOk, predicted, schemaOf },
    validators,
  );
  return [selection, args_exact, args_ast, schema_valid];
}
const none: GoldCall = { name: null };
const read: GoldCall = { name: 'read', arguments: { path: 'a.txt' } };

test('a right call has all four', () => {
  expect(scores(read, { name: 'read', arguments: { path: 'a.txt' } })).toEqual([true, true, true, true]);
});

test('a blurred string is right by AST only', () => {
  const input = { gold: read, alsoOk: [], predicted: { name: 'read', arguments: { path: 'A/txt' } }, schemaOf };
  expect(scoreCall(input, validators)).toMatchObject({ args_exact: false, args_ast: true });
  expect(scoreCall(input, validators).why).toBe('not exact: path: wrong value, expected "a.txt", found "A/txt"');
});

test('a wrong tool fails selection and arguments; its own schema still counts', () => {
  expect(scores(read, { name: 'list', arguments: { path: 'a.txt' } })).toEqual([false, false, false, true]);
  expect(scores(read, { name: 'Read', arguments: { path: 'a.txt' } })).toEqual([false, false, false, false]);
});

test('no call: right only where none was wanted; always schema-valid', () => {
  expect(scores(none, null)).toEqual([true, true, true, true]);
  expect(scores(read, null)).toEqual([false, false, false, true]);
  expect(scores(none, { name: 'list', arguments: {} })).toEqual([false, false, false, true]);
  expect(scores(none, { name: 'read', arguments: {} })).toEqual([false, false, false, false]);
});

test('missing arguments count as {}, and no object fails', () => {
  const list: GoldCall = { name: 'list' };
  expect(scores(list, { name: 'list' })).toEqual([true, true, true, true]);
  expect(scores({ name: 'list', arguments: {} }, { name: 'list' })).toEqual([true, true, true, true]);
  for (const args of [null, [], '{"path":"a"}', 5]) {
    expect(scores(list, { name: 'list', arguments: args })).toEqual([true, false, false, false]);
  }
});

test('also_ok accepts other calls, each score by itself', () => {
  const also: GoldCall[] = [{ name: 'list', arguments: { path: 'x' } }, none];
  expect(scores(read, { name: 'list', arguments: { path: 'x' } }, also)).toEqual([true, true, true, true]);
  expect(scores(read, { name: 'list', arguments: { path: 'y' } }, also)).toEqual([true, false, false, true]);
  expect(scores(read, null, also)).toEqual([true, true, true, true]);
  expect(scores(read, { name: 'read', arguments: { path: 'a.txt' } }, also)).toEqual([true, true, true, true]);
});

test('schema validity does not look at the gold', () => {
  expect(scores(read, { name: 'read', arguments: { path: 'b', head: 5.0 } })).toEqual([true, false, false, true]);
  expect(scores(read, { name: 'read', arguments: { path: 'b', head: 'x' } })).toEqual([true, false, false, false]);
});

test('names the first wrong argument', () => {
  const input = { gold: read, alsoOk: [], predicted: { name: 'read', arguments: { path: 5 } }, schemaOf };
  expect(scoreCall(input, validators).mismatch).toEqual({
    kind: 'wrong-type',
    parameter: 'path',
    expected: 'a.txt',
    found: 5,
  });
});
