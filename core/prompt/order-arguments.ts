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

/** How deep `$ref` and `allOf` are followed: a hostile schema may refer to itself. */
const MAX_DEPTH = 16;

function propertiesOf(schema: unknown, root: JsonSchema, depth = 0): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const part of alternatives(schema, root, depth)) {
    for (const [key, value] of Object.entries((part.properties as JsonSchema | undefined) ?? {})) {
      if (!found.has(key)) found.set(key, value);
    }
  }
  return found;
}

function itemSchema(schema: unknown, index: number, root: JsonSchema): unknown {
  for (const part of alternatives(schema, root, 0)) {
    const tuple = part.prefixItems ?? part.items;
    const item = Array.isArray(tuple) ? (tuple[index] ?? part.additionalItems) : part.items;
    if (item !== undefined) return item;
  }
  return undefined;
}

/** The schema itself and every part that may describe the same value. */
function alternatives(schema: unknown, root: JsonSchema, depth: number): JsonSchema[] {
  if (schema === null || typeof schema !== 'object' || depth > MAX_DEPTH) return [];
  const own = schema as JsonSchema;
  const parts = [own.allOf, own.anyOf, own.oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  if (typeof own.$ref === 'string') parts.push(resolve(own.$ref, root));
  return [own, ...parts.flatMap((part) => alternatives(part, root, depth + 1))];
}

/** The part of the schema that a local reference (`#/$defs/x`) names. */
function resolve(reference: string, root: JsonSchema): unknown {
  if (!reference.startsWith('#')) return undefined;
  const keys = reference.slice(1).split('/').filter(Boolean);
  return keys.reduce<unknown>((part, key) => {
    const name = decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~');
    return part !== null && typeof part === 'object' && Object.hasOwn(part, name)
      ? (part as JsonSchema)[name]
      : undefined;
  }, root);
}
