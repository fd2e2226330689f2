import { type Buckets, partnersOf } from './buckets.ts';
import { NumberColumn } from './number-column.ts';
import { findSimilar } from './similar-pairs.ts';
import type { TraceColumns } from './trace-columns.ts';

/** For each trace, those of other families whose queries are nearly the same. A family lies on one side anyway. */
export function similarTraces(
  { count, queries, families }: TraceColumns,
  members: Uint32Array,
  threshold: number,
): Buckets {
  const [first, second] = [new NumberColumn(), new NumberColumn()];
  const skip = (a: number, b: number) => families.of[a] === families.of[b];
  findSimilar({ sets: queries, members, threshold, skip }, (a, b) => {
    first.push(a);
    second.push(b);
  });
  return partnersOf(count, first.values, second.values);
}
