import { z } from 'zod';

const column = z.string().min(1).optional();

/** Which column, or dotted path into one (`extra.tool`), holds what. Lists and objects may be written as JSON text. */
const shape = z.strictObject(
  {
    /** What the user asks for in words. */
    query: column,
    /** The name of the called tool; an empty cell: no tool is needed. */
    tool: column,
    /** The arguments of that call. */
    arguments: column,
    /** In place of `tool` and `arguments`: a list of calls, each with `name` and `arguments`. */
    calls: column,
    /** The text that answers a query which needs no tool. */
    answer: column,
    /** In place of all these: the whole conversation, a list of messages with `role` and `content`. */
    messages: column,
    /** The tools on offer: a list of names, or of objects with one. Absent: all tools of the catalogue. */
    tools: column,
    /** What tells the rows apart. Absent: their numbers. */
    id: column,
  },
  { error: ({ code }) => (code === 'invalid_type' ? `columns, or one of ${readyNames()}` : undefined) },
);
export type Columns = z.infer<typeof shape>;

/** Columns of public data sets, by name. */
const READY: Record<string, Columns> = {
  /** Salesforce/xlam-function-calling-60k, and what has its layout; a JSON array. */
  xlam: { query: 'query', calls: 'answers', tools: 'tools', id: 'id' },
  /** Agent-Ark/Toucan-1.5M, the configuration SFT. */
  toucan: { messages: 'messages', tools: 'tools', id: 'uuid' },
  /** Agent-Ark/Toucan-1.5M, the configurations Kimi-K2, OSS and Qwen3. */
  'toucan-raw': { messages: 'messages', tools: 'available_tools', id: 'uuid' },
};

function readyNames(): string {
  return Object.keys(READY).join(', ');
}

/** Columns, or the name of a ready mapping, which is replaced by its columns. */
export const MappingSchema = z.preprocess(
  (value) => (typeof value === 'string' && Object.hasOwn(READY, value) ? READY[value] : value),
  shape.superRefine((columns, context) => {
    const message = shapeTrouble(columns);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  }),
);

function shapeTrouble({ query, tool, arguments: args, calls, answer, messages }: Columns): string | undefined {
  const ofOneStep = [query, tool, args, calls, answer].some((name) => name !== undefined);
  if (messages !== undefined) return ofOneStep ? '`messages` or `query` with others, not both' : undefined;
  if (query === undefined) return '`messages`, or `query` with `tool` or `calls`';
  if (calls !== undefined) return tool || args ? '`calls` or `tool` with `arguments`, not both' : undefined;
  return tool === undefined ? '`tool` or `calls` beside `query`' : undefined;
}
