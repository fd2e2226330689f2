import { partsOf } from '../schema-reference.ts';
import type { JsonSchema } from '../tool.ts';

type Arguments = Record<string, unknown>;

/** The same arguments with their keys in the order of the schema's properties, nested ones too; unknown keys last, as they came. */
export function orderArguments(schema: JsonSchema, args: Arguments): Arguments {
  return order(args, schema, schema) as Arguments;
}

function order(value: unknown, schema: unknown, root: JsonSchema): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => order(item, itemSchema(schema, index, root), root));
  }
  if (value === null || typeof value !== 'object') return value;
  const properties = propertiesOf(schema, root);
  const known = [...properties.keys()].filter((key) => Object.hasOwn(value, key));
  const unknown = Object.keys(value).filter((key) => !properties.has(key));
  return Object.fromEntries(
    [...known, ...unknown].map((key) => [key, order((value as Arguments)[key], properties.get(key), root)]),
  );
}

function propertiesOf(schema: unknown, root: JsonSchema): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const part of partsOf(schema, root)) {
    for (const [key, value] of Object.entries((part.properties as JsonSchema | undefined) ?? {})) {
      if (!found.has(key)) found.set(key, value);
    }
  }
  return found;
}

function itemSchema(schema: unknown, index: number, root: JsonSchema): unknown {
  for (const part of partsOf(schema, root)) {
    const tuple = part.prefixItems ?? part.items;
    const item = Array.isArray(tuple) ? (tuple[index] ?? part.additionalItems) : part.items;
    if (item !== undefined) return item;
  }
  return undefined;
}
