import { z } from 'zod';
import { partsOf } from './schema-reference.ts';

/** MCP's behaviour hints, as the server gave them. They are untrusted unless the user says otherwise. */
export const ToolAnnotationsSchema = z.object({
  title: z.string().optional(),
  readOnlyHint: z.boolean().optional(),
  destructiveHint: z.boolean().optional(),
  idempotentHint: z.boolean().optional(),
  openWorldHint: z.boolean().optional(),
});

/** A JSON Schema object, kept as the server gave it. */
export const JsonSchemaSchema = z.record(z.string(), z.unknown());
export type JsonSchema = z.infer<typeof JsonSchemaSchema>;

export const ToolSchema = z.object({
  /** `<server>.<name>`: unique in a catalogue. Never used as a path: see `slug`. */
  id: z.string().min(1),
  server: z.string().min(1),
  /** As the server calls it; what is sent in `tools/call`. */
  name: z.string().min(1),
  /** What models see and write: `name`, made unique and safe, `^[A-Za-z][A-Za-z0-9_-]{0,63}$`. */
  promptName: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/),
  /** Safe as a file name and unique in the catalogue, also where case is ignored. */
  slug: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,79}$/),
  group: z.string().min(1),
  description: z.string(),
  inputSchema: JsonSchemaSchema,
  annotations: ToolAnnotationsSchema,
  /** sha256 over name, description, schema and annotations. */
  hash: z.string(),
});
export type Tool = z.infer<typeof ToolSchema>;

export const CatalogueSchema = z.object({
  version: z.literal(1),
  servers: z.array(z.object({ name: z.string(), title: z.string().optional(), version: z.string().optional() })),
  tools: z.array(ToolSchema),
  /** sha256 over the tools' ids and hashes. */
  hash: z.string(),
});
export type Catalogue = z.infer<typeof CatalogueSchema>;

/** The pseudo-tool that the selector chooses when no tool is needed. No tool gets this prompt name. */
export const RESPOND = 'respond';

/** Whether a call of the tool carries no choice at all, so that it needs no argument adapter. */
export function takesNoArguments(tool: Tool): boolean {
  return partsOf(tool.inputSchema, tool.inputSchema).every(
    ({ properties }) => Object.keys(properties ?? {}).length === 0,
  );
}
