import { schemaMembers } from '../../core/schema-members.ts';
import type { JsonSchema } from '../../core/tool.ts';

/** Gives the keys that a schema names other names, at any depth; keys of free maps, and all values, stay. */
export function renameArguments(
  value: unknown,
  names: ReadonlyMap<string, string>,
  { schema, root }: { schema: unknown; root: JsonSchema },
): unknown {
  if (value === null || typeof value !== 'object') return value;
  const { properties, other, itemAt } = schemaMembers(schema, root);
  const inner = (member: unknown, its: unknown) => renameArguments(member, names, { schema: its, root });
  if (Array.isArray(value)) return value.map((item, index) => inner(item, itemAt(index)));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) =>
      properties.has(key) ? [names.get(key) ?? key, inner(member, properties.get(key))] : [key, inner(member, other)],
    ),
  );
}
