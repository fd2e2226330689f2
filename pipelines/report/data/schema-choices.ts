import { canonicalJson } from '../../../core/hash.ts';
import { partsOf } from '../../../core/schema-reference.ts';
import type { Tool } from '../../../core/tool.ts';

/** What a tool's schema leaves to choose. Paths are as `edits[].newText`. */
export interface SchemaChoices {
  /** Parameters that may be left out. */
  optional: string[];
  /** Where only some values are allowed: those, as JSON. */
  values: Map<string, string[]>;
}

const MAX_DEPTH = 5;
/** A schema may describe more parameters than anyone reads, or refer to itself without end. */
const MAX_PARAMETERS = 300;

/** Reads optional parameters, enum values and booleans off an input schema, those of objects inside it too. */
export function schemaChoices({ inputSchema }: Tool): SchemaChoices {
  const optional = new Set<string>();
  const values = new Map<string, string[]>();
  let visits = 0;
  const visit = (schema: unknown, path: string, depth: number): void => {
    if (depth > MAX_DEPTH || visits++ >= MAX_PARAMETERS) return;
    const parts = partsOf(schema, inputSchema);
    const allowed = [...new Set([...(values.get(path) ?? []), ...parts.flatMap(allowedBy)])];
    if (path !== '' && allowed.length > 1) values.set(path, allowed);
    const required = requiredIn(schema, inputSchema);
    for (const { properties, items, required: own } of parts) {
      if (isObject(items)) visit(items, `${path}[]`, depth + 1);
      for (const [name, member] of isObject(properties) ? Object.entries(properties) : []) {
        const inner = path === '' ? name : `${path}.${name}`;
        if (optional.size === MAX_PARAMETERS) return;
        if (!required.has(name) && !(Array.isArray(own) && own.includes(name))) optional.add(inner);
        visit(member, inner, depth + 1);
      }
    }
  };
  visit(inputSchema, '', 0);
  return { optional: [...optional], values };
}

/** Members that every alternative needs. */
function requiredIn(schema: unknown, root: unknown): Set<unknown> {
  const without = isObject(schema) ? { ...schema, anyOf: undefined, oneOf: undefined } : schema;
  return new Set(partsOf(without, root).flatMap(({ required }) => (Array.isArray(required) ? required : [])));
}

function allowedBy(part: Record<string, unknown>): string[] {
  if (Array.isArray(part.enum)) return part.enum.filter((value) => value !== null).map(canonicalJson);
  if ('const' in part) return [canonicalJson(part.const)];
  const types = Array.isArray(part.type) ? part.type : [part.type];
  return types.includes('boolean') ? ['true', 'false'] : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
