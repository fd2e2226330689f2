import { pairUnits } from '../../evaluate/summarize.ts';
import { pairedCounts, pairedInterval } from '../../scoring/paired-counts.ts';
import { holm } from '../../statistics/holm.ts';
import { signFlipTest } from '../../statistics/sign-flip-test.ts';
import type { PredictionRow } from './prediction-row.ts';

/** The call accuracy of one system minus that of another on the steps of one tool or group. */
export interface PartDifference {
  /** Id of the tool, name of the group. */
  part: string;
  reference: string;
  n: number;
  value: number;
  low: number;
  high: number;
  p: number;
  /** Corrected by Holm over all parts and references. */
  adjusted: number;
}

/**
 * Compares a system with others part by part, with paired 95% intervals (Newcombe).
 * @param partOf which part a step belongs to; `null`: none
 */
export function compareParts(
  bySystem: ReadonlyMap<string, readonly PredictionRow[]>,
  system: string,
  partOf: (row: PredictionRow) => string | null,
): PartDifference[] {
  const references = [...bySystem.keys()].filter((name) => name !== system);
  const own = [...Map.groupBy(bySystem.get(system)!, partOf)].filter(([part]) => part !== null);
  const found = references.flatMap((reference) => {
    const others = Map.groupBy(bySystem.get(reference)!, partOf);
    return own.flatMap(([part, rows]) =>
      comparePart(rows, others.get(part) ?? []).map((one) => ({ ...one, part: part!, reference })),
    );
  });
  const adjusted = holm(found.map(({ p }) => p));
  return found.map((one, at) => ({ ...one, adjusted: adjusted[at]! }));
}

function comparePart(rows: readonly PredictionRow[], others: readonly PredictionRow[]) {
  const other = new Map(others.map((row) => [row.case, row]));
  const pairs = rows.flatMap((row) => (other.has(row.case) ? [[row, other.get(row.case)!] as const] : []));
  const isRight = ({ selection, args_ast }: PredictionRow) => selection && args_ast;
  const interval = pairedInterval(
    pairedCounts(
      pairs.map(([row]) => isRight(row)),
      pairs.map(([, row]) => isRight(row)),
    ),
  );
  if (interval === null) return [];
  const p = signFlipTest(pairUnits(rows, others, 'call_accuracy').map(({ surplus }) => surplus));
  return [{ n: pairs.length, ...interval, p }];
}
