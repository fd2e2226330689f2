/** Two items by position, the earlier first, and their Jaccard similarity. */
export interface SimilarPair {
  a: number;
  b: number;
  similarity: number;
}

/** Where an element occurs among the indexed ones: in which set, and at which place of it. */
interface Occurrences {
  sets: number[];
  places: number[];
}

/** Keeps rounding errors of `threshold * size` from costing a pair. */
const EPSILON = 1e-9;

/**
 * All pairs of sets whose Jaccard similarity reaches a threshold: exact, by prefix and position filtering (Xiao et al., "Efficient similarity
 * joins for near duplicate detection"). With elements ordered from rare to common, two similar sets share one of their first few, rare
 * elements, so only those are indexed; and where in both sets it stands bounds what they can have in common.
 */
export function similarPairs(sets: readonly ReadonlySet<string>[], threshold: number): SimilarPair[] {
  const ranked = rankElements(sets);
  const bySize = ranked.map((_, position) => position).sort((a, b) => ranked[a]!.length - ranked[b]!.length || a - b);
  const index = new Map<number, Occurrences>();
  const find = candidateFinder(ranked, index, threshold);
  const pairs: SimilarPair[] = [];
  for (const position of bySize) {
    for (const other of find(position)) {
      const similarity = jaccard(ranked[position]!, ranked[other]!);
      if (similarity < threshold - EPSILON) continue;
      pairs.push({ a: Math.min(position, other), b: Math.max(position, other), similarity });
    }
    addToIndex(position, ranked[position]!, index, threshold);
  }
  return pairs.sort((x, y) => x.a - y.a || x.b - y.b);
}

/** The elements as numbers, rare ones first. */
function rankElements(sets: readonly ReadonlySet<string>[]): Uint32Array[] {
  const counts = new Map<string, number>();
  for (const set of sets) for (const element of set) counts.set(element, (counts.get(element) ?? 0) + 1);
  const order = [...counts].sort(([a, m], [b, n]) => m - n || (a < b ? -1 : 1));
  const ranks = new Map(order.map(([element], rank) => [element, rank]));
  return sets.map((set) => Uint32Array.from(set, (element) => ranks.get(element)!).sort());
}

/** Sets are indexed from small to large, so that a later one has at least the size of this one: a short prefix is enough. */
function addToIndex(position: number, set: Uint32Array, index: Map<number, Occurrences>, threshold: number): void {
  const length = prefixLength(set.length, (2 * threshold) / (1 + threshold));
  for (let place = 0; place < length; place++) {
    const known = index.get(set[place]!);
    if (known === undefined) index.set(set[place]!, { sets: [position], places: [place] });
    else {
      known.sets.push(position);
      known.places.push(place);
    }
  }
}

function prefixLength(size: number, share: number): number {
  return size === 0 ? 0 : size - Math.max(1, Math.ceil(share * size - EPSILON)) + 1;
}

/** Makes a search for the indexed sets that may be similar to one. */
function candidateFinder(
  ranked: readonly Uint32Array[],
  index: ReadonlyMap<number, Occurrences>,
  threshold: number,
): (position: number) => number[] {
  const shared = new Int32Array(ranked.length);
  return (position) => {
    const size = ranked[position]!.length;
    const touched: number[] = [];
    const prefix = prefixLength(size, threshold);
    for (let place = 0; place < prefix; place++) {
      const { sets = [], places = [] } = index.get(ranked[position]![place]!) ?? {};
      for (let entry = 0; entry < sets.length; entry++) {
        const other = sets[entry]!;
        const otherSize = ranked[other]!.length;
        if (otherSize < threshold * size - EPSILON || shared[other]! < 0) continue;
        if (shared[other] === 0) touched.push(other);
        const needed = (threshold / (1 + threshold)) * (size + otherSize) - EPSILON;
        const possible = shared[other]! + Math.min(size - place, otherSize - places[entry]!);
        shared[other] = possible < needed ? -1 : shared[other]! + 1;
      }
    }
    const found = touched.filter((other) => shared[other]! > 0);
    for (const other of touched) shared[other] = 0;
    return found;
  };
}

function jaccard(a: Uint32Array, b: Uint32Array): number {
  let [common, i, j] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const x = a[i]!;
    const y = b[j]!;
    if (x === y) common += 1;
    if (x <= y) i += 1;
    if (y <= x) j += 1;
  }
  return common / (a.length + b.length - common);
}
