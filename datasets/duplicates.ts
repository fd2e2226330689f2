import type { SimilarPair } from './similar-pairs.ts';
import type { TraceEntry } from './trace-entry.ts';

/** Queries this similar that ask for the same calls say the same thing twice. */
const SAME = 0.9;

/** Positions of the traces that repeat an earlier one: the same calls, and nearly the same query. */
export function findDuplicates(entries: readonly TraceEntry[], pairs: readonly SimilarPair[]): Set<number> {
  const dropped = new Set<number>();
  for (const { a, b, similarity } of pairs) {
    const repeats = similarity >= SAME && entries[a]!.sequence === entries[b]!.sequence;
    if (repeats && !dropped.has(a)) dropped.add(b);
  }
  return dropped;
}
