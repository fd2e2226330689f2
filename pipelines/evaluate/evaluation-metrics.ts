import type { Metrics } from '../../core/metrics.ts';
import type { Unscored } from './predict-all.ts';
import type { PredictionRecord } from './prediction-record.ts';
import { pairedDifferences, summarizeSystem } from './summarize.ts';
import { READY_SYSTEMS } from './systems/system-settings.ts';

/** Differences that answer the question of the method: what training brings, and what taking it apart brings. */
const PAIRS = [
  ['decoupled', 'base'],
  ['decoupled', 'monolithic'],
  ['decoupled', 'monolithic-constrained'],
  ['decoupled', 'decoupled-shared'],
  ['monolithic', 'base'],
] as const;

/** What was evaluated. */
export interface EvaluationAbout {
  systems: readonly string[];
  /** Cases that systems gave no answer to. */
  unscored?: readonly Unscored[];
  source: 'held-out' | 'queries';
  seed: number;
  maxTokens: number;
  inputs: Record<string, string>;
}

/** All figures of an evaluation, systems in the order in which they were asked for. */
export function evaluationMetrics(records: readonly PredictionRecord[], about: EvaluationAbout): Metrics {
  const bySystem = new Map(about.systems.map((name) => [name, records.filter(({ system }) => system === name)]));
  const { unscored = [] } = about;
  // A system may lack some.
  const cases = [...new Map(records.map((record) => [record.case, record])).values()];
  const missing = (name: string) => unscored.filter(({ system }) => system === name).length;
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
    systems: Object.fromEntries([...bySystem].map(([name, rows]) => [name, summarizeSystem(rows, missing(name))])),
    differences: pairedDifferences(
      bySystem,
      [...PAIRS, ...declaredPairs(about.systems)].filter((pair) => pair.every((name) => bySystem.has(name))),
      about.seed,
    ),
  };
}

/** What decoupled training is ahead of each system that the user put together. */
function declaredPairs(systems: readonly string[]): [string, string][] {
  return systems.filter((name) => !(name in READY_SYSTEMS)).map((name) => ['decoupled', name]);
}
