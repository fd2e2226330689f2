import { DATA_KEYWORDS, NAMED_SCHEMAS } from '../../core/schema-keywords.ts';
import type { JsonSchema } from '../../core/tool.ts';

/** BFCL's names of types (`eval_checker` maps them likewise) that JSON Schema has not; `undefined`: any type. */
const TYPES = new Map<unknown, string | undefined>([
  ['dict', 'object'],
  ['float', 'number'],
  ['tuple', 'array'],
  ['list', 'array'],
  ['bool', 'boolean'],
  ['any', undefined],
]);

/**
 * A JSON Schema of a function's parameters as BFCL writes them, with the types of Python: `dict` is object, `float` number, `tuple` and `list` array, `bool`
 * boolean, and `any` no type at all. Where BFCL itself takes `any` for a string, here any value will do.
 */
export function jsonSchemaOf(parameters: JsonSchema): JsonSchema {
  const members = Object.entries(parameters).map(([key, value]): [string, unknown] => {
    if (key === 'type') return [key, jsonType(value)];
    if (DATA_KEYWORDS.has(key)) return [key, value];
    if (NAMED_SCHEMAS.has(key) && isSchema(value)) return [key, mapMembers(value)];
    return [key, mapped(value)];
  });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

function jsonType(type: unknown): unknown {
  if (!Array.isArray(type)) return TYPES.has(type) ? TYPES.get(type) : type;
  const types = type.map(jsonType);
  return types.includes(undefined) ? undefined : types;
}

function mapMembers(schemas: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, mapped(schema)]));
}

function mapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mapped);
  return isSchema(value) ? jsonSchemaOf(value) : value;
}

function isSchema(value: unknown): value is JsonSchema {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
