import { type PrefixIndex, prefixIndex, prefixLength } from './prefix-index.ts';
import type { RankedSets } from './token-sets.ts';

/** What to compare, and what of it. */
export interface Join {
  sets: RankedSets;
  /** The sets that take part; absent: all. */
  members?: Uint32Array;
  /** Smallest Jaccard similarity of a pair. */
  threshold: number;
  /** Leaves a pair out before it is looked at closely. */
  skip?: (a: number, b: number) => boolean;
}

/** Takes a pair, the smaller number first. */
export type FoundPair = (a: number, b: number, similarity: number) => void;

/** Keeps rounding errors of `threshold * size` from costing a pair. */
const EPSILON = 1e-9;
const PRUNED = -1;

/**
 * Tells all pairs of sets whose Jaccard similarity reaches a threshold, in no order: exact, by prefix and position filtering (Xiao et al.,
 * "Efficient similarity joins for near duplicate detection"). With elements ordered from rare to common, two similar sets share one of their
 * first few, rare elements, so only those are indexed; and where in both sets it stands bounds what they can have in common.
 */
export function findSimilar(join: Join, found: FoundPair): void {
  const { sets, members = Uint32Array.from(sets.sizes.keys()), threshold } = join;
  // Sets are indexed from small to large, so that a later one has at least the size of those: a short prefix of each is enough.
  const bySize = members.slice().sort((a, b) => sets.sizes[a]! - sets.sizes[b]! || a - b);
  const index = prefixIndex(sets, bySize, (2 * threshold) / (1 + threshold));
  const candidatesOf = candidateFinder(join, bySize, index);
  for (const [current, set] of bySize.entries()) {
    for (const other of candidatesOf(current)) {
      const partner = bySize[other]!;
      const needed = neededOf(threshold, sets.sizes[set]! + sets.sizes[partner]!);
      const similarity = sets.similarity(set, partner, needed);
      if (similarity > 0 && similarity >= threshold - EPSILON)
        found(Math.min(set, partner), Math.max(set, partner), similarity);
    }
    index.add(current, sets.of(set));
  }
}

/** How many elements two sets must have in common, given how many they have together. */
function neededOf(threshold: number, elements: number): number {
  return (threshold / (1 + threshold)) * elements - EPSILON;
}

/** Makes a search for the indexed sets that may be similar to one, all by their places in `bySize`. */
function candidateFinder(
  { sets, threshold, skip = () => false }: Join,
  bySize: Uint32Array,
  index: PrefixIndex,
): (current: number) => number[] {
  const sizes = bySize.map((set) => sets.sizes[set]!);
  const shared = new Int32Array(bySize.length);
  const touched = new Uint32Array(bySize.length);
  const { heads, ends } = index;
  return (current) => {
    const set = bySize[current]!;
    const size = sizes[current]!;
    const elements = sets.of(set);
    const prefix = prefixLength(size, threshold);
    let touches = 0;
    for (let place = 0; place < prefix; place++) {
      const element = elements[place]!;
      // What is too small for this set is so for all that come.
      while (heads[element]! < ends[element]! && sizes[index.sets[heads[element]!]!]! < threshold * size - EPSILON)
        heads[element]! += 1;
      for (let entry = heads[element]!; entry < ends[element]!; entry++) {
        const other = index.sets[entry]!;
        const before = shared[other]!;
        if (before === PRUNED) continue;
        if (before === 0) touched[touches++] = other;
        const possible = before + Math.min(size - place, sizes[other]! - index.places[entry]!);
        const isPossible = possible >= neededOf(threshold, size + sizes[other]!);
        shared[other] = isPossible && !(before === 0 && skip(set, bySize[other]!)) ? before + 1 : PRUNED;
      }
    }
    const found: number[] = [];
    for (let touch = 0; touch < touches; touch++) {
      const other = touched[touch]!;
      if (shared[other] !== PRUNED) found.push(other);
      shared[other] = 0;
    }
    return found;
  };
}
