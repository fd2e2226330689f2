import type { ArgumentError } from '../../scoring/argument-errors.ts';
import { ERROR_TITLES } from './error-titles.ts';
import type { PredictionRow } from './prediction-row.ts';

/** Wrong arguments of calls to the right tool. */
export interface ErrorCounts {
  /** By kind and system; kinds in the order of the report. */
  kinds: { kind: ArgumentError['kind']; counts: number[] }[];
  /** Of the last system, the most frequent first. */
  parameters: { tool: string; parameter: string; kind: ArgumentError['kind']; count: number }[];
  systems: string[];
}

export function countErrors(bySystem: ReadonlyMap<string, readonly PredictionRow[]>): ErrorCounts {
  const systems = [...bySystem.keys()];
  const found = systems.map((system) => bySystem.get(system)!.flatMap(({ errors }) => errors.map(({ kind }) => kind)));
  const kinds = Object.keys(ERROR_TITLES) as ArgumentError['kind'][];
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
      if (tool === null) continue;
      const key = JSON.stringify([tool, parameter, kind]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  return [...counts]
    .map(([key, count]) => {
      const [tool, parameter, kind] = JSON.parse(key) as [string, string, ArgumentError['kind']];
      return { tool, parameter, kind, count };
    })
    .sort((a, b) => b.count - a.count);
}
