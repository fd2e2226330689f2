import type { Random } from '../core/random.ts';
import type { Split } from '../core/sample.ts';
import { assignUnits, type SplitShares } from './assign-units.ts';
import { countLabels } from './count-labels.ts';
import { findDuplicates } from './duplicates.ts';
import { resolveConflicts } from './resolve-conflicts.ts';
import { similarPairs } from './similar-pairs.ts';
import { splitUnits } from './split-units.ts';
import type { TraceEntry } from './trace-entry.ts';
import { unitConflicts } from './unit-conflicts.ts';

export interface SplitResult {
  /** The split of each trace that is used, by id. */
  splits: Map<string, Split>;
  /** Why the others are not, by id. */
  rejected: Map<string, string>;
  /** Tools that have no trace in a split although one was wanted. */
  lacking: { label: string; split: Split }[];
}

/** Takes duplicates out and deals the rest out into train, validation and test, with nothing alike on two sides. */
export function splitTraces(
  all: readonly TraceEntry[],
  options: SplitShares & { similarity: number },
  random: Random,
): SplitResult {
  const allPairs = similarPairs(
    all.map(({ query }) => query),
    options.similarity,
  );
  const duplicates = findDuplicates(all, allPairs);
  const rejected = new Map([...duplicates].map((position) => [all[position]!.id, 'trace: repeats another one']));
  const places = new Map<number, number>();
  for (const position of all.keys()) if (!duplicates.has(position)) places.set(position, places.size);
  const entries = [...places.keys()].map((position) => all[position]!);
  const pairs = allPairs.flatMap(({ a, b, similarity }) =>
    places.has(a) && places.has(b) ? [{ a: places.get(a)!, b: places.get(b)!, similarity }] : [],
  );
  const units = splitUnits(entries, pairs);
  const conflicts = unitConflicts(units, entries, pairs);
  const ofUnits = assignUnits({ units, entries, conflicts }, options, random);
  const splits: Split[] = [];
  for (const [index, unit] of units.entries()) for (const position of unit) splits[position] = ofUnits[index]!;
  const dropped = resolveConflicts({ entries, pairs, splits, shares: options });
  for (const [position, why] of dropped) rejected.set(entries[position]!.id, why);
  const used = entries.flatMap((entry, position) =>
    dropped.has(position) ? [] : [{ entry, split: splits[position]! }],
  );
  return {
    splits: new Map(used.map(({ entry, split }) => [entry.id, split])),
    rejected,
    lacking: findLacking(used, options),
  };
}

function findLacking(used: readonly { entry: TraceEntry; split: Split }[], shares: SplitShares) {
  const labels = [...countLabels(used.map(({ entry }) => entry)).keys()].sort();
  const wanted = (['train', 'validation', 'test'] as const).filter((split) => split === 'train' || shares[split] > 0);
  return wanted.flatMap((split) => {
    const counts = countLabels(used.filter((one) => one.split === split).map(({ entry }) => entry));
    return labels.filter((label) => !counts.has(label)).map((label) => ({ label, split }));
  });
}
