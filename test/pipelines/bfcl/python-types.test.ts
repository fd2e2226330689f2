import { expect, test } from 'vitest';
import { SchemaValidators } from '../../../core/schema-validators.ts';
import { jsonSchemaOf } from '../../../pipelines/bfcl/python-types.ts';

test.each([
  ['dict', 'object'],
  ['float', 'number'],
  ['tuple', 'array'],
  ['list', 'array'],
  ['bool', 'boolean'],
  ['string', 'string'],
  ['integer', 'integer'],
])('%s is %s', (type, expected) => {
  expect(jsonSchemaOf({ type })).toEqual({ type: expected });
});

test('`any` allows any value, alone and among others', () => {
  expect(jsonSchemaOf({ type: 'any', description: 'Some.' })).toEqual({ description: 'Some.' });
  expect(jsonSchemaOf({ type: ['string', 'any'] })).toEqual({});
});

test('types are mapped wherever a schema stands, and nowhere else', () => {
  const parameters = {
    type: 'dict',
    required: ['type'],
    properties: {
      type: { type: 'string', enum: ['dict', 'float'], default: 'dict' },
      rows: { type: 'array', items: { type: 'dict', properties: { at: { type: 'tuple', items: { type: 'float' } } } } },
      either: { anyOf: [{ type: 'float' }, { type: 'string' }] },
      rest: { type: 'dict', additionalProperties: { type: 'float' }, default: { type: 'dict' } },
    },
  };
  const schema = jsonSchemaOf(parameters);
  expect(schema).toEqual({
    type: 'object',
    required: ['type'],
    properties: {
      type: { type: 'string', enum: ['dict', 'float'], default: 'dict' },
      rows: {
        type: 'array',
        items: { type: 'object', properties: { at: { type: 'array', items: { type: 'number' } } } },
      },
      either: { anyOf: [{ type: 'number' }, { type: 'string' }] },
      rest: { type: 'object', additionalProperties: { type: 'number' }, default: { type: 'dict' } },
    },
  });
  const check = new SchemaValidators().check(schema);
  expect(check({ type: 'float', rows: [{ at: [1.5] }] })).toBeUndefined();
  expect(check({ type: 'float', rows: [{ at: ['x'] }] })).toContain('/rows/0/at/0');
});
