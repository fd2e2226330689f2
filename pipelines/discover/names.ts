import { hashText } from '../../core/hash.ts';
import { RESPOND } from '../../core/tool.ts';

/** A tool before it has names of its own. */
export interface Unnamed {
  server: string;
  name: string;
}

const PROMPT_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const MAX_PROMPT_NAME = 64;
const MAX_SLUG = 80;
/** Names that Windows keeps for devices, with any extension. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * What models see: the tool's own name where that is unique and safe, else `<server>_<name>` made safe, hashed where cut. Unique but where a
 * server names a tool after another's hash: the catalogue refuses that.
 */
export function promptNames(tools: readonly Unnamed[]): string[] {
  const counts = countBy(tools.map(({ name }) => name));
  const own = tools.map(({ name }) => PROMPT_NAME.test(name) && name !== RESPOND && counts.get(name) === 1);
  const taken = new Set(tools.filter((_, index) => own[index]).map(({ name }) => name));
  return tools.map((tool, index) => {
    if (own[index]) return tool.name;
    const safe = `${tool.server}_${tool.name}`.replaceAll(/[^A-Za-z0-9_-]+/g, '_').replace(/^[^A-Za-z]+/, '') || 'tool';
    const candidate =
      safe.length <= MAX_PROMPT_NAME && !taken.has(safe) && safe !== RESPOND
        ? safe
        : suffixed(safe, tool, MAX_PROMPT_NAME);
    taken.add(candidate);
    return candidate;
  });
}

/** Names that are safe as files everywhere, unique also where case is ignored (but see `promptNames`). */
export function slugs(tools: readonly Unnamed[]): string[] {
  const plain = tools.map(({ server, name }) =>
    `${server}-${name}`
      .toLowerCase()
      .replaceAll(/[^a-z0-9_-]+/g, '-')
      .replace(/^[^a-z0-9]+/, ''),
  );
  const counts = countBy(plain);
  return tools.map((tool, index) => {
    const slug = plain[index]!;
    const isFaithful = slug === `${tool.server}-${tool.name}`.toLowerCase();
    const fits = slug !== '' && slug.length <= MAX_SLUG && counts.get(slug) === 1 && isFaithful && !RESERVED.test(slug);
    return fits ? slug : suffixed(slug || 'tool', tool, MAX_SLUG);
  });
}

function suffixed(name: string, { server, name: toolName }: Unnamed, limit: number): string {
  const suffix = hashText(JSON.stringify([server, toolName])).slice(7, 15);
  return `${name.slice(0, limit - suffix.length - 1).replace(/[_-]+$/, '')}-${suffix}`;
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
