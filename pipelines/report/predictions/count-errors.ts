import { ERROR_TITLES } from './argument-errors.ts';
import type { PredictionRow } from './prediction-row.ts';

/** Wrong arguments of calls to the right tool. */
export interface ErrorCounts {
  /** By kind and system; kinds in the order of the report. */
  kinds: { kind: string; counts: number[] }[];
  /** Of the last system, the most frequent first. */
  parameters: { tool: string; parameter: string; kind: string; count: number }[];
  systems: string[];
}

export function countErrors(bySystem: ReadonlyMap<string, readonly PredictionRow[]>): ErrorCounts {
  const systems = [...bySystem.keys()];
  const found = systems.map((system) => bySystem.get(system)!.flatMap(({ errors }) => errors.map(({ kind }) => kind)));
  const kinds = [...new Set([...Object.keys(ERROR_TITLES), ...found.flat()])];
  const rows = kinds.map((kind) => ({ kind, counts: found.map((all) => all.filter((one) => one === kind).length) }));
  return {
    systems,
    kinds: rows.filter(({ counts }) => counts.some(Boolean)),
    parameters: wrongParameters(bySystem.get(systems.at(-1)!)!),
  };
}

function wrongParameters(rows: readonly PredictionRow[]): ErrorCounts['parameters'] {
  const counts = new Map<string, number>();
  for (const { tool, errors } of rows)
    for (const { parameter, kind } of errors) {
      if (tool === null || parameter === undefined) continue;
      const key = JSON.stringify([tool, parameter, kind]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  return [...counts]
    .map(([key, count]) => {
      const [tool, parameter, kind] = JSON.parse(key) as [string, string, string];
      return { tool, parameter, kind, count };
    })
    .sort((a, b) => b.count - a.count);
}
