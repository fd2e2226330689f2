import { intoBuckets } from './buckets.ts';
import { NumberColumn } from './number-column.ts';
import { findSimilar } from './similar-pairs.ts';
import type { TraceColumns } from './trace-columns.ts';

/** Queries this similar that ask for the same calls say the same thing twice. */
const SAME = 0.9;

interface Repeating {
  similarity: number;
  /** These make no other a repeated one. */
  isGone?: (trace: number) => boolean;
}

/**
 * The traces that repeat an earlier one that stays: the same calls, and nearly the same query.
 * @returns for each trace 1 where it does
 */
export function repeatedTraces(
  { count, queries, sequenceOf, repeats }: TraceColumns,
  { similarity, isGone }: Repeating,
): Uint8Array {
  const [earlier, later] = [new NumberColumn(), new NumberColumn()];
  const skip = (a: number, b: number) => sequenceOf[a] !== sequenceOf[b] || isGone?.(a) === true;
  findSimilar({ sets: queries, threshold: Math.max(SAME, similarity), skip }, (a, b, found) => {
    if (found < SAME) return;
    earlier.push(a);
    later.push(b);
  });
  const before = intoBuckets(count, later.values, earlier.values);
  const dropped = equalTraces({ count, repeats });
  for (let trace = 0; trace < count; trace++)
    if (before.of(trace).some((one) => dropped[one] === 0)) dropped[trace] = 1;
  return dropped;
}

/** Of those only the traces that say the very same. */
export function equalTraces({ count, repeats }: Pick<TraceColumns, 'count' | 'repeats'>): Uint8Array {
  const dropped = new Uint8Array(count);
  for (const trace of repeats) dropped[trace] = 1;
  return dropped;
}
