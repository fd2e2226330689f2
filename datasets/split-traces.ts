import type { Random } from '../core/random.ts';
import type { Split } from '../core/sample.ts';
import { assignUnits, type SplitShares } from './assign-units.ts';
import { countLabels } from './count-labels.ts';
import { type Fate, SPLITS, splitOf } from './fate.ts';
import { numbersWhere } from './number-column.ts';
import { repeatedTraces } from './repeated-traces.ts';
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

/** Takes duplicates out and deals the rest out into train, validation and test, with nothing alike on two sides. */
export function splitTraces(
  columns: TraceColumns,
  options: SplitShares & { similarity: number },
  random: Random,
): SplitResult {
  const fates = Array<Fate>(columns.count).fill('trace: repeats another one');
  const repeated = repeatedTraces(columns, options.similarity);
  const members = numbersWhere(columns.count, (trace) => !repeated.has(trace));
  const similar = similarTraces(columns, members, options.similarity);
  const units = splitUnits(columns, members, similar);
  const conflicts = unitConflicts(units, columns, similar);
  const splits = assignUnits({ units, labelsOf: columns.labelsOf, conflicts }, options, random);
  for (const trace of members) fates[trace] = splits[units.of[trace]!]!;
  resolveConflicts({ columns, members, similar, fates, shares: options });
  return { fates, lacking: findLacking(columns, fates, options) };
}

function findLacking({ labelsOf }: TraceColumns, fates: readonly Fate[], shares: SplitShares) {
  const traces = (fits: (fate: Fate) => boolean) => numbersWhere(fates.length, (trace) => fits(fates[trace]!));
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
