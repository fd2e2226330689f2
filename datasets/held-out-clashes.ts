import { type Fate, NEARLY_LIKE } from './fate.ts';
import { findSimilar } from './similar-pairs.ts';
import type { TraceColumns } from './trace-columns.ts';

/**
 * The traces that have something in common with a given test split, and so can be trained on no side of it.
 * @param members the traces that take part, ascending
 * @param heldOutCount how many of the traces, from the first one on, are the test split
 */
export function heldOutClashes(
  { queries, families, callsOf }: TraceColumns,
  members: Uint32Array,
  { heldOutCount, similarity }: { heldOutCount: number; similarity: number },
): Map<number, Fate> {
  const clashes = new Map<number, Fate>();
  if (heldOutCount === 0) return clashes;
  const isHeldOut = (trace: number) => trace < heldOutCount;
  const held = members.filter(isHeldOut);
  const heldFamilies = new Set(Array.from(held, (trace) => families.of[trace]!));
  const heldCalls = new Set(Array.from(held).flatMap((trace) => [...callsOf.of(trace)]));
  findSimilar(
    { sets: queries, members, threshold: similarity, skip: (a, b) => isHeldOut(a) === isHeldOut(b) },
    (a, b) => clashes.set(isHeldOut(a) ? b : a, `${NEARLY_LIKE} a held-out trace`),
  );
  for (const trace of members) {
    if (isHeldOut(trace)) continue;
    if (callsOf.of(trace).some((call) => heldCalls.has(call)))
      clashes.set(trace, 'split: makes the same call as a held-out trace');
    if (heldFamilies.has(families.of[trace]!)) clashes.set(trace, 'split: has the phrasing of a held-out trace');
  }
  return clashes;
}
