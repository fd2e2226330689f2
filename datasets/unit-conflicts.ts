import type { SimilarPair } from './similar-pairs.ts';
import type { TraceEntry } from './trace-entry.ts';

/** For each unit, the units that have something in common with it, and how much. */
export function unitConflicts(
  units: readonly (readonly number[])[],
  entries: readonly TraceEntry[],
  pairs: readonly SimilarPair[],
): Map<number, number>[] {
  const conflicts = units.map(() => new Map<number, number>());
  const unitOf: number[] = [];
  for (const [unit, positions] of units.entries()) for (const position of positions) unitOf[position] = unit;
  const add = (a: number, b: number, weight: number) => {
    if (a !== b) conflicts[a]!.set(b, (conflicts[a]!.get(b) ?? 0) + weight);
  };
  for (const counts of callsByUnit(entries, unitOf)) {
    for (const a of counts.keys()) for (const [b, count] of counts) add(a, b, count);
  }
  for (const { a, b } of pairs) {
    add(unitOf[a]!, unitOf[b]!, 1);
    add(unitOf[b]!, unitOf[a]!, 1);
  }
  return conflicts;
}

/** For each call, how often each unit makes it. */
function callsByUnit(entries: readonly TraceEntry[], unitOf: readonly number[]): Iterable<Map<number, number>> {
  const byCall = new Map<string, Map<number, number>>();
  for (const [position, { calls }] of entries.entries()) {
    for (const call of calls) {
      const counts = byCall.get(call) ?? new Map<number, number>();
      counts.set(unitOf[position]!, (counts.get(unitOf[position]!) ?? 0) + 1);
      byCall.set(call, counts);
    }
  }
  return byCall.values();
}
