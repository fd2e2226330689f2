import type { Catalogue } from '../../core/tool.ts';

/**
 * The name in a catalogue of a server that a suite calls so: as the user says it is called here, to the letter, or else but for case, white space and
 * punctuation (`Time MCP` is `time-mcp`) where only one is called so. `undefined`: there is none.
 * @param aliases by the suite's name
 */
export function matchServer(
  name: string,
  { servers }: Pick<Catalogue, 'servers'>,
  aliases: Readonly<Record<string, string>>,
): string | undefined {
  const names = servers.map((server) => server.name);
  if (Object.hasOwn(aliases, name)) return names.find((one) => one === aliases[name]);
  const alike = names.filter((one) => plain(one) === plain(name));
  return names.includes(name) ? name : alike.length === 1 ? alike[0] : undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');
}
