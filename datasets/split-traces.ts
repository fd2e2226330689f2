import { collectGarbage } from '../core/collect-garbage.ts';
import type { Random } from '../core/random.ts';
import type { Split } from '../core/sample.ts';
import { assignUnits, type SplitShares } from './assign-units.ts';
import { countLabels } from './count-labels.ts';
import { type Fate, REPEATED, SPLITS, splitOf } from './fate.ts';
import { heldOutClashes } from './held-out-clashes.ts';
import { numbersWhere } from './number-column.ts';
import type { Pins } from './pins.ts';
import { equalTraces, repeatedTraces } from './repeated-traces.ts';
import { resolveConflicts } from './resolve-conflicts.ts';
import { similarTraces } from './similar-traces.ts';
import { splitUnits } from './split-units.ts';
import type { TraceColumns } from './trace-columns.ts';
import { unitConflicts } from './unit-conflicts.ts';

export interface SplitResult {
  /** For each trace. */
  fates: Fate[];
  /** Tools that have no trace in a split although one was wanted. */
  lacking: { label: string; split: Split }[];
}

export interface SplitOptions extends SplitShares {
  /** Queries with at least this Jaccard similarity of their shingles are near-duplicates. */
  similarity: number;
  /** Whether traces that say nearly the same as another one are left out. */
  dedupe: boolean;
  /** Most training traces, drawn by the seed; absent: all. */
  limit?: number;
  /** How many of the traces, from the first one on, are the test split, whatever the others are; 0: it is drawn. */
  heldOutCount: number;
  /** By trace, the side on which it lay before: it stays there, and what is alike goes there too, or is left out. Empty: all are dealt out. */
  pins: Pins;
  /** Of a trace that is not there any more, but pinned: what is alike goes to its side. It makes no other a repeated one, and counts nowhere. */
  isGone?: (trace: number) => boolean;
}

/** Takes duplicates out and deals the rest out into train, validation and test, with nothing alike on two sides. */
export function splitTraces(columns: TraceColumns, options: SplitOptions, random: Random): SplitResult {
  const fates = Array<Fate>(columns.count).fill(REPEATED);
  const repeated = options.dedupe ? repeatedTraces(columns, options) : equalTraces(columns);
  const distinct = numbersWhere(columns.count, (trace) => repeated[trace] === 0);
  collectGarbage();
  const { heldOutCount, pins } = options;
  const clashes = heldOutClashes(columns, distinct, options);
  const members = distinct.filter((trace) => trace >= heldOutCount && !clashes.has(trace));
  const shares = heldOutCount > 0 ? { ...options, test: 0 } : options;
  const similar = similarTraces(columns, members, options.similarity);
  collectGarbage();
  const units = splitUnits(columns, members, similar, pins);
  const conflicts = unitConflicts(units, columns, similar);
  const splits = assignUnits({ units, labelsOf: columns.labelsOf, conflicts, pins }, shares, random);
  for (const trace of members) fates[trace] = splits[units.of[trace]!]!;
  resolveConflicts({ columns, members, similar, fates, shares, pins });
  for (const [trace, fate] of clashes) fates[trace] = fate;
  fates.fill('test', 0, heldOutCount);
  limitTraining(fates, options, random);
  return { fates, lacking: findLacking(columns, fates, options) };
}

function limitTraining(fates: Fate[], { limit, pins, isGone }: SplitOptions, random: Random): void {
  if (limit === undefined) return;
  const training = [...numbersWhere(fates.length, (trace) => fates[trace] === 'train' && !isGone?.(trace))];
  const fresh = training.filter((trace) => pins[trace] === undefined);
  const left = Math.max(0, limit - (training.length - fresh.length));
  for (const trace of random.shuffle(fresh).slice(left)) fates[trace] = 'split: more than split.limit';
}

function findLacking({ labelsOf }: TraceColumns, fates: readonly Fate[], { isGone, ...shares }: SplitOptions) {
  const traces = (fits: (fate: Fate) => boolean) =>
    numbersWhere(fates.length, (trace) => !isGone?.(trace) && fits(fates[trace]!));
  const used = countLabels(
    traces((fate) => splitOf(fate) !== undefined),
    labelsOf,
  );
  const wanted = SPLITS.filter((split) => split === 'train' || shares[split] > 0);
  return wanted.flatMap((split) => {
    const counts = countLabels(
      traces((fate) => fate === split),
      labelsOf,
    );
    const labels = [...used.keys()].sort().filter((label) => !counts.has(label));
    return labels.map((label) => ({ label, split }));
  });
}
