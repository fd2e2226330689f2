import { intoBuckets } from './buckets.ts';
import { NumberColumn } from './number-column.ts';
import { findSimilar } from './similar-pairs.ts';
import type { TraceColumns } from './trace-columns.ts';

/** Queries this similar that ask for the same calls say the same thing twice. */
const SAME = 0.9;

/** The traces that repeat an earlier one that stays: the same calls, and nearly the same query. */
export function repeatedTraces({ count, queries, sequenceOf, repeats }: TraceColumns, similarity: number): Set<number> {
  const [earlier, later] = [new NumberColumn(), new NumberColumn()];
  const skip = (a: number, b: number) => sequenceOf[a] !== sequenceOf[b];
  findSimilar({ sets: queries, threshold: Math.max(SAME, similarity), skip }, (a, b, found) => {
    if (found < SAME) return;
    earlier.push(a);
    later.push(b);
  });
  const before = intoBuckets(count, later.values, earlier.values);
  const dropped = new Set(repeats);
  for (let trace = 0; trace < count; trace++) if (before.of(trace).some((one) => !dropped.has(one))) dropped.add(trace);
  return dropped;
}
