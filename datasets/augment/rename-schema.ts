import { DATA_KEYWORDS, NAMED_SCHEMAS } from '../../core/schema-keywords.ts';
import type { JsonSchema } from '../../core/tool.ts';
import { renameArguments } from './rename-arguments.ts';

/** How the names in a schema change. */
export interface SchemaNames {
  /** By parameter. */
  parameters: ReadonlyMap<string, string>;
  /** What becomes of a description. */
  text(description: string): string;
}

/** The names that a schema gives to properties, at any depth. */
export function parametersOf(schema: unknown): string[] {
  if (schema === null || typeof schema !== 'object') return [];
  if (Array.isArray(schema)) return schema.flatMap(parametersOf);
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (DATA_KEYWORDS.has(keyword)) return [];
    if (!isMap(keyword, value)) return parametersOf(value);
    return [...(keyword === 'properties' ? Object.keys(value) : []), ...Object.values(value).flatMap(parametersOf)];
  });
}

/** Those whose keys name properties. */
const BY_PARAMETER = new Set(['properties', 'dependentSchemas', 'dependentRequired', 'dependencies']);

/**
 * The same schema with other names of parameters. Enum values stay. Titles are left out: generators make them of the names (`Repo Path`).
 */
export function renameSchema(root: JsonSchema, names: SchemaNames): JsonSchema {
  const { parameters, text } = names;
  const rename = (name: unknown) => (typeof name === 'string' ? (parameters.get(name) ?? name) : name);
  const data = (value: unknown, schema: unknown) => renameArguments(value, parameters, { schema, root });
  const inner = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inner);
    return value !== null && typeof value === 'object' ? visit(value as JsonSchema) : value;
  };
  const keyword = (key: string, value: unknown, schema: JsonSchema): unknown => {
    if (key === 'description' || key === '$comment') return typeof value === 'string' ? text(value) : value;
    if (key === 'required' && Array.isArray(value)) return value.map(rename);
    if (key === '$ref' && typeof value === 'string') return renamePointer(value, parameters);
    if (key === 'default') return data(value, schema);
    if (key === 'examples' && Array.isArray(value)) return value.map((one) => data(one, schema));
    if (DATA_KEYWORDS.has(key)) return value;
    if (!isMap(key, value)) return inner(value);
    const members = Object.entries(value).map(([name, member]) => [
      BY_PARAMETER.has(key) ? rename(name) : name,
      Array.isArray(member) ? member.map(rename) : inner(member),
    ]);
    return Object.fromEntries(members);
  };
  const visit = (schema: JsonSchema): JsonSchema =>
    Object.fromEntries(
      Object.entries(schema).flatMap(([key, value]) => (key === 'title' ? [] : [[key, keyword(key, value, schema)]])),
    );
  return visit(root);
}

function isMap(keyword: string, value: unknown): value is JsonSchema {
  return NAMED_SCHEMAS.has(keyword) && value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** `#/properties/path` names a parameter too. */
function renamePointer(reference: string, names: ReadonlyMap<string, string>): string {
  const parts = reference.split('/');
  return parts.map((part, index) => (parts[index - 1] === 'properties' ? (names.get(part) ?? part) : part)).join('/');
}
