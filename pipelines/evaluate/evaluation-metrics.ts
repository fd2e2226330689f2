import type { Metrics } from '../../core/metrics.ts';
import type { PredictionRecord } from './prediction-record.ts';
import { pairedDifferences, summarizeSystem } from './summarize.ts';

/** Differences that answer the question of the method: what training brings, and what taking it apart brings. */
const PAIRS = [
  ['decoupled', 'base'],
  ['decoupled', 'monolithic'],
  ['decoupled', 'monolithic-constrained'],
  ['decoupled', 'decoupled-shared'],
  ['monolithic', 'base'],
] as const;

/** All figures of an evaluation, systems in the order in which they were asked for. */
export function evaluationMetrics(
  records: readonly PredictionRecord[],
  about: {
    systems: readonly string[];
    source: 'held-out' | 'queries';
    seed: number;
    maxTokens: number;
    inputs: Record<string, string>;
  },
): Metrics {
  const bySystem = new Map(about.systems.map((name) => [name, records.filter(({ system }) => system === name)]));
  const cases = bySystem.get(about.systems[0]!)!;
  return {
    version: 1,
    seed: about.seed,
    cases: {
      source: about.source,
      n: cases.length,
      calls: cases.filter(({ gold }) => gold.tool !== null).length,
      traces: new Set(cases.map(({ trace }) => trace)).size,
    },
    max_tokens: about.maxTokens,
    inputs: about.inputs,
    systems: Object.fromEntries([...bySystem].map(([name, rows]) => [name, summarizeSystem(rows)])),
    differences: pairedDifferences(
      bySystem,
      PAIRS.filter((pair) => pair.every((name) => bySystem.has(name))),
      about.seed,
    ),
  };
}
