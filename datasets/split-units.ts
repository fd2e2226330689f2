import { countLabels } from './count-labels.ts';
import { type DisjointSets, disjointSets } from './disjoint-sets.ts';
import type { SimilarPair } from './similar-pairs.ts';
import type { TraceEntry } from './trace-entry.ts';

/** A unit with a larger share of a tool's traces would leave too little choice for a balanced split. */
const MAX_SHARE = 0.15;
const MIN_LIMIT = 2;

/**
 * Puts traces that must or should lie on one side of the split together. A family is never broken; families that are tied by near-duplicate
 * queries or by equal calls stay together as long as the unit stays small.
 * @returns positions of the traces of each unit
 */
export function splitUnits(entries: readonly TraceEntry[], pairs: readonly SimilarPair[]): number[][] {
  const families = disjointSets(entries.length);
  tie(families, entries, ({ family }) => [family]);
  const all = disjointSets(entries.length);
  tie(all, entries, ({ family, calls }) => [`family ${family}`, ...calls]);
  for (const { a, b } of pairs) all.union(a, b);
  const totals = countLabels(entries);
  const small = (unit: readonly number[]) =>
    [...countLabels(unit.map((position) => entries[position]!))].every(
      ([label, count]) => count <= Math.max(MIN_LIMIT, MAX_SHARE * totals.get(label)!),
    );
  return all.groups().flatMap((unit) => (small(unit) ? [unit] : [...Map.groupBy(unit, families.find).values()]));
}

function tie(sets: DisjointSets, entries: readonly TraceEntry[], keysOf: (entry: TraceEntry) => string[]): void {
  const first = new Map<string, number>();
  for (const [position, entry] of entries.entries()) {
    for (const key of keysOf(entry)) {
      const known = first.get(key);
      if (known === undefined) first.set(key, position);
      else sets.union(known, position);
    }
  }
}
