import type { Difference } from '../../../core/metrics.ts';
import { COMPARED_SCORES, pairedDifferences, pairUnits } from '../../evaluate/summarize.ts';
import { holm } from '../../statistics/holm.ts';
import { signFlipTest } from '../../statistics/sign-flip-test.ts';
import type { PredictionRow } from './prediction-row.ts';

/** A difference of two systems on the same steps, with what chance would make of it. */
export interface TestedDifference extends Difference {
  p: number;
  /** Corrected by Holm over the pairs of this score. */
  adjusted: number;
}

type Pair = readonly [system: string, reference: string];

/**
 * Compares the pairs that the evaluation compares, and the last system, which the work is about, with all others.
 * @param known differences that need not be resampled again
 */
export function compareSystems(
  bySystem: ReadonlyMap<string, readonly PredictionRow[]>,
  known: readonly Difference[],
  seed: number,
): TestedDifference[] {
  const names = [...bySystem.keys()];
  const last = names.at(-1)!;
  const pairs = new Map<string, Pair>();
  const add = (pair: Pair) => pairs.set(JSON.stringify(pair), pair);
  for (const { system, reference } of known)
    if (bySystem.has(system) && bySystem.has(reference)) add([system, reference]);
  for (const name of names) if (name !== last) add([last, name]);
  const all = [...pairs.values()].filter(([system, reference]) => haveCasesInCommon(bySystem, system, reference));
  return COMPARED_SCORES.flatMap((score) => {
    const units = all.map(([a, b]) => pairUnits(bySystem.get(a)!, bySystem.get(b)!, score));
    const p = units.map((one) => signFlipTest(one.map(({ surplus }) => surplus)));
    const adjusted = holm(p);
    return all.map((pair, at) => ({
      ...(find(known, pair, score) ?? find(pairedDifferences(bySystem, [pair], seed), pair, score)!),
      p: p[at]!,
      adjusted: adjusted[at]!,
    }));
  });
}

function find(all: readonly Difference[], [system, reference]: Pair, score: Difference['score']) {
  return all.find((one) => one.system === system && one.reference === reference && one.score === score);
}

function haveCasesInCommon(
  bySystem: ReadonlyMap<string, readonly PredictionRow[]>,
  system: string,
  reference: string,
): boolean {
  const cases = new Set(bySystem.get(reference)!.map((row) => row.case));
  return bySystem.get(system)!.some((row) => cases.has(row.case));
}
