import { expect, test } from 'vitest';
import { SchemaValidators } from '../../core/schema-validators.ts';
import { heapInUse } from '../pipelines/heap-in-use.ts';

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';

test('reads 2020-12 unless `$schema` says draft-07', () => {
  const validators = new SchemaValidators();
  const tuple = { properties: { pair: { prefixItems: [{ type: 'string' }] } } };
  expect(validators.check(tuple)({ pair: [1] })).toBe('/pair/0 must be string');
  expect(validators.check({ $schema: DRAFT_07, ...tuple })({ pair: [1] })).toBeUndefined();
  const old = { $schema: DRAFT_07, properties: { pair: { items: [{ type: 'string' }] } } };
  expect(validators.check(old)({ pair: [1] })).toBe('/pair/0 must be string');
});

test('does not assert formats and passes over unknown keywords', () => {
  const check = new SchemaValidators().check({
    properties: { at: { type: 'string', format: 'date-time', 'x-ui': 1 } },
  });
  expect(check({ at: 'yesterday' })).toBeUndefined();
});

test('keeps a capped number of compiled schemas, each distinct one once', () => {
  const validators = new SchemaValidators(3);
  const schema = { required: ['a'] };
  const first = validators.check(schema);
  for (const name of ['b', 'c']) validators.check({ required: [name] });
  expect(validators.check({ required: ['a'] })).toBe(first);
  for (const name of ['d', 'e', 'f']) validators.check({ required: [name] });
  expect(validators.size).toBe(3);
  expect(validators.check({ ...schema })).not.toBe(first);
});

test('schemas with one `$id` do not disturb one another, and an asynchronous one is answered at once', () => {
  const validators = new SchemaValidators();
  expect(validators.check({ $id: 'https://x/y', required: ['a'] })({})).toContain('required');
  expect(validators.check({ $id: 'https://x/y', required: ['b'] })({ b: 1 })).toBeUndefined();
  expect(validators.check({ $async: true, required: ['b'] })({})).toContain('required');
});

test('refuses what is no JSON Schema', () => {
  expect(() => new SchemaValidators().check({ type: 'wrong' })).toThrow('the input schema cannot be compiled');
});

test('forgets what it has dropped', () => {
  const validators = new SchemaValidators(20);
  const compile = (from: number) => {
    for (let n = from; n < from + 200; n++) validators.check({ required: [`n${n}`], description: 'x'.repeat(20_000) });
  };
  compile(0);
  const before = heapInUse();
  compile(200);
  expect(heapInUse() - before).toBeLessThan(2e6);
});
