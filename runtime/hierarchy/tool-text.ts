import { partsOf } from '../../core/schema-reference.ts';
import type { Tool } from '../../core/tool.ts';

/** The texts by which a tool is found. */
export interface ToolText {
  name: string;
  description: string;
  /** Names of its parameters, at any depth. */
  parameters: string;
  parameterDescriptions: string;
  /** The values that its parameters choose from. */
  values: string;
}

/** No schema is as large; a hostile server's could be. */
const MOST_PARTS = 2000;

/** Reads a tool's texts off it and its schema, references followed. */
export function toolText({
  name,
  description,
  inputSchema,
}: Pick<Tool, 'name' | 'description' | 'inputSchema'>): ToolText {
  const [names, descriptions, values]: [string[], string[], string[]] = [[], [], []];
  const seen = new Set<unknown>();
  const waiting: unknown[] = [inputSchema];
  for (let at = 0; at < waiting.length && seen.size < MOST_PARTS; at++) {
    for (const part of partsOf(waiting[at], inputSchema)) {
      if (seen.has(part)) continue;
      seen.add(part);
      // What the schema says of itself is what the description says.
      if (part !== inputSchema && typeof part.description === 'string') descriptions.push(part.description);
      for (const value of [part.enum, part.const].flat()) if (typeof value === 'string') values.push(value);
      for (const [key, member] of membersOf(part.properties)) {
        names.push(key);
        waiting.push(member);
      }
      for (const inner of [part.additionalProperties, part.items, part.prefixItems].flat()) waiting.push(inner);
    }
  }
  const parameters = { parameters: names, parameterDescriptions: descriptions, values };
  const joined = Object.entries(parameters).map(([field, texts]) => [field, texts.join(' ')]);
  return { name, description, ...(Object.fromEntries(joined) as Record<keyof typeof parameters, string>) };
}

function membersOf(value: unknown): [string, unknown][] {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [];
}
