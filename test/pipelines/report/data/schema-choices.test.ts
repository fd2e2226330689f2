import { expect, test } from 'vitest';
import type { JsonSchema } from '../../../../core/tool.ts';
import { schemaChoices } from '../../../../pipelines/report/data/schema-choices.ts';
import { makeTool } from '../../../fixtures/tools.ts';

const choices = (schema: JsonSchema) => {
  const { optional, values } = schemaChoices(makeTool('f', schema));
  return { optional, values: Object.fromEntries(values) };
};

test('finds optional parameters and values inside lists, references and alternatives', () => {
  const schema = {
    type: 'object',
    properties: {
      edits: { type: 'array', items: { $ref: '#/$defs/Edit' } },
      where: { anyOf: [{ type: 'object', properties: { line: {}, end: {} }, required: ['line'] }, { type: 'null' }] },
      unit: { oneOf: [{ const: 'c' }, { const: 'f' }] },
      level: { type: ['integer', 'null'], enum: [1, 2, null] },
    },
    required: ['edits', 'unit'],
    $defs: { Edit: { type: 'object', properties: { text: {}, all: { type: 'boolean' } }, required: ['text'] } },
  };
  expect(choices(schema)).toEqual({
    optional: ['edits[].all', 'where', 'where.end', 'level'],
    values: { 'edits[].all': ['true', 'false'], unit: ['"c"', '"f"'], level: ['1', '2'] },
  });
});

test('what only one alternative requires may be left out', () => {
  const schema = { properties: { a: {}, b: {} }, oneOf: [{ required: ['a'] }, { required: ['b'] }] };
  expect(choices(schema).optional).toEqual(['a', 'b']);
});

test('a schema that refers to itself, or has no end of members, comes to an end', () => {
  const tree = { properties: { left: { $ref: '#' }, right: { $ref: '#' } } };
  expect(choices(tree).optional.length).toBeLessThanOrEqual(300);
  const wide = { properties: Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`p${index}`, tree])) };
  expect(choices(wide).optional.length).toBe(300);
});
