import { ToolkitError } from '../../core/errors.ts';
import { hashJson } from '../../core/hash.ts';
import type { Tool } from '../../core/tool.ts';
import { toolHash } from '../../core/tool-hash.ts';
import { checkListedTool } from '../mcp/check-tool.ts';

/** What a server lists now, beside what the catalogue has of it. */
export interface ComparedTools {
  /** Tools of the catalogue that are as they were. */
  same: Tool[];
  /** Those that are not, each with how. */
  changed: { tool: Tool; how: string }[];
  /** Names of tools that the catalogue has not. */
  added: string[];
}

/** @param known the catalogue's tools of this server @param listed unchecked, as the server sent them */
export function compareTools(server: string, listed: readonly unknown[], known: readonly Tool[]): ComparedTools {
  const byName = new Map<string, unknown[]>();
  for (const value of listed) byName.set(nameOf(value), [...(byName.get(nameOf(value)) ?? []), value]);
  const compared = known.map((tool) => ({ tool, how: difference(server, tool, byName.get(tool.name) ?? []) }));
  const names = new Set(known.map(({ name }) => name));
  return {
    same: compared.filter(({ how }) => how === undefined).map(({ tool }) => tool),
    changed: compared.flatMap(({ tool, how }) => (how === undefined ? [] : [{ tool, how }])),
    added: [...byName.keys()].filter((name) => name !== '' && !names.has(name)),
  };
}

function nameOf(value: unknown): string {
  return value !== null && typeof value === 'object' && 'name' in value && typeof value.name === 'string'
    ? value.name
    : '';
}

/** `undefined`: none. */
function difference(server: string, tool: Tool, values: readonly unknown[]): string | undefined {
  if (values.length === 0) return 'is gone';
  if (values.length > 1) return 'is listed twice';
  try {
    const now = checkListedTool(server, values[0], 0);
    if (toolHash(now) === tool.hash) return undefined;
    const parts = [
      now.description === tool.description ? '' : 'description',
      isEqual(now.inputSchema, tool.inputSchema) ? '' : 'parameters',
      isEqual(now.annotations, tool.annotations) ? '' : 'annotations',
    ].filter((part) => part !== '');
    return `has changed (${parts.join(', ')})`;
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error;
    return 'is broken';
  }
}

function isEqual(a: object, b: object): boolean {
  return hashJson(a) === hashJson(b);
}
