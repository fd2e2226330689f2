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

test.each([
  ['2020-12', {}],
  ['draft-07', { $schema: DRAFT_07 }],
])('a schema may refer to itself, by `#` or by its own `$id` (%s)', (_, head) => {
  const validators = new SchemaValidators();
  const tree = (reference: string) => ({ properties: { n: { type: 'number' }, child: { $ref: reference } } });
  for (const schema of [
    { ...head, ...tree('#') },
    { ...head, $id: 'https://x/tree', ...tree('https://x/tree') },
    { ...head, $id: 'https://x/tree', type: 'object', ...tree('https://x/tree#') },
  ]) {
    expect(validators.check(schema)({ child: { child: { n: 1 } } })).toBeUndefined();
    expect(validators.check(schema)({ child: { child: { n: 'x' } } })).toBe('/child/child/n must be number');
  }
});

test('an `$id` inside one schema is not seen by another', () => {
  const validators = new SchemaValidators();
  const inner = (type: string) => ({
    $defs: { x: { $id: 'https://x/y', type } },
    properties: { a: { $ref: 'https://x/y' } },
  });
  expect(validators.check({ $id: 'https://x/y', required: ['b'] })({})).toContain('required');
  expect(validators.check(inner('string'))({ a: 1 })).toBe('/a must be string');
  expect(validators.check(inner('number'))({ a: 1 })).toBeUndefined();
  expect(() => validators.check({ properties: { a: { $ref: 'https://x/y' } } })).toThrow("can't resolve reference");
});

test('says what is endless or too large', () => {
  const check = (schema: Record<string, unknown>) => new SchemaValidators().check(schema);
  for (const schema of [
    { $ref: '#' },
    { properties: { a: { $ref: '#/properties/a' } } },
    { properties: { a: { $ref: '#/properties/b' }, b: { $ref: '#/properties/a' } } },
  ])
    expect(() => check(schema)).toThrow('refers to itself without end');
  expect(check({ allOf: [{ $ref: '#' }] })({})).toContain('refers to itself without end');
  expect(() => check({ description: 'x'.repeat(1_000_001) })).toThrow('too large: the limit is 1000000 characters');
  let deep: Record<string, unknown> = {};
  for (let depth = 0; depth < 20_000; depth++) deep = { not: deep };
  expect(() => check(deep)).toThrow('too large');
  const properties = Object.fromEntries(Array.from({ length: 6000 }, (_, n) => [`p${n}`, { type: 'string' }]));
  expect(() => check({ properties })).toThrow('too large');
});

test('a pattern that is made to take for ever takes no time', () => {
  const validators = new SchemaValidators();
  const text = `${'a'.repeat(40)}b`;
  const started = performance.now();
  expect(validators.check({ properties: { a: { pattern: '^(a+)+$' } } })({ a: text })).toContain('must match pattern');
  expect(
    validators.check({ patternProperties: { '^(a+)+$': {} }, additionalProperties: false })({ [text]: 1 }),
  ).toContain('must NOT have additional');
  expect(validators.check({ properties: { a: { pattern: '^(?=a)(a+)+$' } } })({ a: text })).toContain('must match');
  expect(performance.now() - started).toBeLessThan(3000);
});

test.each([
  ['^\\d{3}$', '123', true],
  ['^a.c$', 'a\rc', false],
  ['^\\s$', '\u00a0', true],
  ['^(?!x)\\w+$', 'xa', false],
  ['^(?!x)\\w+$', 'ax', true],
  ['^.{2,1500}$', 'é'.repeat(1500), true],
  ['^(a)\\1$', 'aa', true],
  ['^\\p{Lu}\\u{e9}$', 'Éé', true],
])('pattern %s on %j: %s, as JavaScript reads it', (pattern, a, fits) => {
  expect(new SchemaValidators().check({ properties: { a: { pattern } } })({ a }) === undefined).toBe(fits);
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

test('parameters called as something that objects inherit are there only where they are given', () => {
  const properties = { constructor: { type: 'string' }, valueOf: { type: 'string' } };
  const check = new SchemaValidators().check({ type: 'object', properties, required: ['valueOf'] });
  expect(check({ valueOf: 'a' })).toBeUndefined();
  expect(check({ valueOf: 'a', constructor: 'b' })).toBeUndefined();
  expect(check({})).toContain('valueOf');
  expect(check({ valueOf: 'a', constructor: 1 })).toContain('constructor');
});
