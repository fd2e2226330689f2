import type { Catalogue } from '../../core/tool.ts';

/** Finds the catalogue's id for the name that a data set has for a tool; `undefined` where the catalogue has none. */
export type ToolNames = (name: string) => string | undefined;

/** @param rename the data set's name → id: goes before ids, names in prompts, and the servers' own names that one tool has */
export function toolNames({ tools }: Catalogue, rename: Readonly<Record<string, string>>): ToolNames {
  const ofName = Map.groupBy(tools, ({ name }) => name);
  const unique = tools.filter(({ name }) => ofName.get(name)!.length === 1);
  const ids = new Map([
    ...unique.map(({ name, id }) => [name, id] as const),
    ...tools.map(({ promptName, id }) => [promptName, id] as const),
    ...tools.map(({ id }) => [id, id] as const),
    ...Object.entries(rename),
  ]);
  return (name) => ids.get(name);
}
