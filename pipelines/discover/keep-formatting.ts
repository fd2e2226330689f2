import { canonicalJson } from '../../core/hash.ts';
import type { Catalogue } from '../../core/tool.ts';
import { changedFields } from '../../core/tool-fields.ts';
import type { ReadServer } from './read-server.ts';

type Read = Pick<ReadServer, 'about' | 'tools'>;

/**
 * Puts, in place of tools that differ from an older catalogue in formatting only, what stands there word for word, and lists the tools of a
 * server that offers the same ones in the order of then: it is what the adapters saw.
 * @returns also the ids of the tools whose formatting changed
 */
export function keepFormatting<T extends Read>(
  read: readonly T[],
  older: Pick<Catalogue, 'tools'> | undefined,
): { read: T[]; reformatted: string[] } {
  const known = new Map((older?.tools ?? []).map((tool) => [tool.id, tool]));
  const reformatted: string[] = [];
  const kept = read.map((server) => {
    const tools = server.tools.map((tool) => {
      const id = `${server.about.name}.${tool.name}`;
      const before = known.get(id);
      if (before === undefined || changedFields(before, tool).length > 0) return tool;
      const { description, inputSchema, annotations } = before;
      const same = { ...tool, description, inputSchema, annotations };
      if (canonicalJson(same) !== canonicalJson(tool)) reformatted.push(id);
      return same;
    });
    return { ...server, tools: inOlderOrder(server.about.name, tools, [...known.keys()]) };
  });
  return { read: kept, reformatted };
}

function inOlderOrder<T extends { name: string }>(server: string, tools: readonly T[], older: readonly string[]): T[] {
  const places = new Map(older.filter((id) => id.startsWith(`${server}.`)).map((id, place) => [id, place]));
  const placeOf = ({ name }: T) => places.get(`${server}.${name}`);
  if (places.size !== tools.length || tools.some((tool) => placeOf(tool) === undefined)) return [...tools];
  return tools.toSorted((a, b) => placeOf(a)! - placeOf(b)!);
}
