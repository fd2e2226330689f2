import { z } from 'zod';
import { ToolkitError } from '../../core/errors.ts';
import { describeIssues } from '../../core/issues.ts';
import { SchemaValidators } from '../../core/schema-validators.ts';
import { JsonSchemaSchema, ToolAnnotationsSchema } from '../../core/tool.ts';

/** All of it stands in every prompt of every tool; the longest known ones have some 5000. */
const MAX_DESCRIPTION = 20_000;

const ListedToolSchema = z.object({
  name: z.string().min(1).max(1000),
  title: z.string().optional(),
  description: z.string().max(MAX_DESCRIPTION).default(''),
  inputSchema: JsonSchemaSchema.refine((schema) => schema.type === 'object', 'a JSON Schema of type object'),
  annotations: ToolAnnotationsSchema.default({}),
});

/** A tool as its server lists it, with a schema that compiles. */
export type ListedTool = z.infer<typeof ListedToolSchema>;

/** @throws ToolkitError (input) naming the server and the tool */
export function checkListedTool(server: string, value: unknown, position: number): ListedTool {
  const named = value !== null && typeof value === 'object' && 'name' in value && typeof value.name === 'string';
  const where = `server ${server}, tool ${named ? `\`${String(value.name).slice(0, 80)}\`` : `number ${position + 1}`}`;
  const result = ListedToolSchema.safeParse(value);
  if (!result.success)
    throw new ToolkitError({
      kind: 'input',
      what: 'a tool of the wrong form',
      where,
      ...describeIssues(result.error, value),
    });
  if (!isUnicode(value))
    throw new ToolkitError({
      kind: 'input',
      what: 'a tool with text that is no Unicode',
      where,
      found: 'half of a surrogate pair',
      todo: 'correct the server, or exclude the tool',
    });
  try {
    new SchemaValidators().check(result.data.inputSchema);
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error;
    throw new ToolkitError({ ...error.details, where, todo: 'correct the server, or exclude the tool' });
  }
  return result.data;
}

/** JSON can say `"\\ud800"`, which no tokenizer takes. */
function isUnicode(value: unknown): boolean {
  let isGood = true;
  JSON.stringify(value, (key, member: unknown) => {
    isGood &&= key.isWellFormed() && (typeof member !== 'string' || member.isWellFormed());
    return member;
  });
  return isGood;
}
