import { schemaMembers } from '../schema-members.ts';
import type { JsonSchema } from '../tool.ts';

type Arguments = Record<string, unknown>;

/** The same arguments with their keys in the order of the schema's properties, nested ones too; unknown keys last, as they came. */
export function orderArguments(schema: JsonSchema, args: Arguments): Arguments {
  return order(args, schema, schema) as Arguments;
}

function order(value: unknown, schema: unknown, root: JsonSchema): unknown {
  if (value === null || typeof value !== 'object') return value;
  const { properties, itemAt } = schemaMembers(schema, root);
  if (Array.isArray(value)) return value.map((item, index) => order(item, itemAt(index), root));
  const known = [...properties.keys()].filter((key) => Object.hasOwn(value, key));
  const unknown = Object.keys(value).filter((key) => !properties.has(key));
  return Object.fromEntries(
    [...known, ...unknown].map((key) => [key, order((value as Arguments)[key], properties.get(key), root)]),
  );
}
