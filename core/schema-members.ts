import { partsOf } from './schema-reference.ts';
import type { JsonSchema } from './tool.ts';

/** The schemas of what a value holds, through every part of its own schema that may describe it. */
export interface SchemaMembers {
  /** By key, in the schema's order. */
  properties: Map<string, unknown>;
  /** Of a key that is no property; `undefined` where nothing says. */
  other: unknown;
  /** Of the item at a place of a list; `undefined` where nothing says. */
  itemAt(index: number): unknown;
}

export function schemaMembers(schema: unknown, root: JsonSchema): SchemaMembers {
  const parts = partsOf(schema, root);
  const properties = new Map<string, unknown>();
  for (const part of parts) {
    for (const [key, value] of Object.entries((part.properties as JsonSchema | undefined) ?? {})) {
      if (!properties.has(key)) properties.set(key, value);
    }
  }
  return {
    properties,
    other: parts.map((part) => part.additionalProperties).find((value) => typeof value === 'object'),
    itemAt: (index) => parts.map((part) => itemOf(part, index)).find((item) => item !== undefined),
  };
}

function itemOf(part: JsonSchema, index: number): unknown {
  const tuple = part.prefixItems ?? part.items;
  return Array.isArray(tuple) ? (tuple[index] ?? part.additionalItems) : part.items;
}
