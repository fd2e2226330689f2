import { hashJson } from './hash.ts';
import { DATA_KEYWORDS, NAMED_SCHEMAS } from './schema-keywords.ts';
import type { Tool } from './tool.ts';

/** What a server says about a tool, besides its name. */
export const TOOL_FIELDS = ['description', 'inputSchema', 'annotations'] as const;
export type ToolField = (typeof TOOL_FIELDS)[number];
export type ToolFields = Pick<Tool, ToolField>;

/** Keywords of a schema that people read. */
const TEXTS = new Set(['title', 'description', '$comment']);

/** A hash for each field, in which formatting makes no difference: runs of white space in texts, the order of keys. */
export function fieldHashes({ description, inputSchema, annotations }: ToolFields): Record<ToolField, string> {
  const { title, ...hints } = annotations;
  return {
    description: hashJson(collapsed(description)),
    inputSchema: hashJson(plainSchema(inputSchema)),
    annotations: hashJson({ ...hints, title: title === undefined ? undefined : collapsed(title) }),
  };
}

/** The fields in which two tools differ by more than formatting. */
export function changedFields(a: ToolFields, b: ToolFields): ToolField[] {
  const [before, after] = [fieldHashes(a), fieldHashes(b)];
  return TOOL_FIELDS.filter((field) => before[field] !== after[field]);
}

function collapsed(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function plainSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plainSchema);
  if (schema === null || typeof schema !== 'object') return schema;
  return Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, plainMember(keyword, value)]));
}

function plainMember(keyword: string, value: unknown): unknown {
  if (DATA_KEYWORDS.has(keyword)) return value;
  if (TEXTS.has(keyword) && typeof value === 'string') return collapsed(value);
  const isNamed = NAMED_SCHEMAS.has(keyword) && value !== null && typeof value === 'object' && !Array.isArray(value);
  if (!isNamed) return plainSchema(value);
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, plainSchema(schema)]));
}
