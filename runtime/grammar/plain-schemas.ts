import { resolveReference } from '../../core/schema-reference.ts';
import type { JsonSchema } from '../../core/tool.ts';

/** How many references and combinations may stand inside one another at one place. */
const MAX_NESTING = 16;
/** More alternatives of one value than this say no more than "any value". */
const MAX_ALTERNATIVES = 64;

/** The schema of any value. */
const ANY: JsonSchema = {};

/**
 * Dissolves `$ref`, `allOf`, `anyOf` and `oneOf`: the schemas without them of which one has to hold. None: nothing is allowed.
 * Keywords beside a combination hold for each of its branches. A reference that is not local, or leads nowhere, allows any value.
 * @param spend is told of each step; after it returns false every further schema allows any value
 */
export function plainSchemas(schema: unknown, root: JsonSchema, spend: () => boolean, nesting = 0): JsonSchema[] {
  if (schema === false) return [];
  if (!isSchema(schema) || nesting > MAX_NESTING || !spend()) return [ANY];
  const again = (next: JsonSchema) => plainSchemas(next, root, spend, nesting + 1);
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  if (typeof $ref === 'string')
    return again(merge(referred($ref, root), { ...own, ...present({ allOf, anyOf, oneOf }) }));
  if (Array.isArray(allOf)) {
    const parts = allOf.slice(0, MAX_ALTERNATIVES).map((part) => follow(part, root));
    return again(parts.reduce<JsonSchema>(merge, { ...own, ...present({ anyOf, oneOf }) }));
  }
  const [branches, rest] = Array.isArray(anyOf) ? [anyOf, present({ oneOf })] : [oneOf, {}];
  if (!Array.isArray(branches)) return [own];
  if (branches.length > MAX_ALTERNATIVES) return [ANY];
  const all = branches.flatMap((branch) =>
    branch === false ? [] : again(merge({ ...own, ...rest }, follow(branch, root))),
  );
  return all.length > MAX_ALTERNATIVES ? [ANY] : all;
}

/** Whether it is a schema with members; `true` and `false` are schemas too, but say nothing of a value's form. */
export function isSchema(value: unknown): value is JsonSchema {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Both at once; of two different words on the same thing the second counts. */
function merge(first: JsonSchema, second: JsonSchema): JsonSchema {
  const both: JsonSchema = { ...first, ...second };
  if (isSchema(first.properties) && isSchema(second.properties)) {
    both.properties = { ...first.properties, ...second.properties };
  }
  if (Array.isArray(first.required) && Array.isArray(second.required)) {
    both.required = [...new Set([...first.required, ...second.required])];
  }
  return both;
}

/** What a schema refers to, merged with what stands beside the reference. */
function follow(schema: unknown, root: JsonSchema): JsonSchema {
  let current = isSchema(schema) ? schema : ANY;
  for (let step = 0; step < MAX_NESTING && typeof current.$ref === 'string'; step++) {
    const { $ref, ...own } = current;
    current = merge(referred($ref as string, root), own);
  }
  return current;
}

/** What a reference names; any value where that is no schema. */
function referred(reference: string, root: JsonSchema): JsonSchema {
  const schema = resolveReference(reference, root);
  return isSchema(schema) ? schema : ANY;
}

function present(members: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
