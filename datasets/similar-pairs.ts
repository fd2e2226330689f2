import { MOST_BINS, writeBandKeys } from './band-keys.ts';
import { numbersWhere } from './number-column.ts';
import type { SetsView } from './token-sets.ts';

/** What to compare, and what of it. */
export interface Join {
  sets: SetsView;
  /** The sets that take part; absent: all that are not empty. */
  members?: Uint32Array;
  /** Smallest Jaccard similarity of a pair. */
  threshold: number;
  /** Leaves a pair out before it is looked at. */
  skip?: (a: number, b: number) => boolean;
}

/** Takes a pair, the smaller number first. */
export type FoundPair = (a: number, b: number, similarity: number) => void;

/** Keeps rounding errors of `threshold * size` from costing a pair. */
const EPSILON = 1e-9;
/** How often a pair that is just similar enough goes unseen, where it has so many different elements; longer ones less often. */
const MISSED = 1e-6;
const SHORT = 20;
/** Similarity of queries that have nothing to do with one another; a query should meet about one of them in a band. */
const UNRELATED = 1 / 8;
/** Smallest share of the bands in which a pair that is just similar enough has to meet: with less there are too many bands. */
const MEETING = 0.1;
const MOST_BANDS = 1000;
/** More than there are sets. */
const PAIR_BASE = 2 ** 26;

/**
 * Tells the pairs of sets whose Jaccard similarity reaches a threshold, each once, in no order. MinHash finds candidates, band by band; their
 * exact similarity decides. So no pair is wrong, and one that just reaches the threshold is missed once in a million times.
 */
export function findSimilar({ sets, members, threshold, skip }: Join, found: FoundPair): void {
  const all = members ?? numbersWhere(sets.sizes.length, (set) => sets.sizes[set]! > 0);
  const { bands, bins } = bandsFor(threshold, all.length);
  const share = threshold / (1 + threshold);
  const known = new Set<number>();
  const meet = (one: number, other: number) => {
    const [a, b] = one < other ? [one, other] : [other, one];
    if (skip?.(a, b)) return;
    const needed = share * (sets.sizes[a]! + sets.sizes[b]!) - EPSILON;
    const similarity = sets.similarity(a, b, needed);
    if (!(similarity >= threshold - EPSILON) || similarity === 0 || known.has(a * PAIR_BASE + b)) return;
    known.add(a * PAIR_BASE + b);
    found(a, b, similarity);
  };
  const keys = new Uint32Array(all.length);
  const tell = collisions(all, keys);
  for (let band = 0; band < bands; band++) {
    writeBandKeys(keys, { sets, members: all }, { band, bins });
    tell(meet);
  }
}

/** As many bins in a band as keep unrelated sets apart, and as many bands as miss hardly a similar pair. */
function bandsFor(threshold: number, count: number): { bands: number; bins: number } {
  const selective = Math.floor(Math.log(count) / Math.abs(Math.log(UNRELATED)));
  const meeting = Math.floor(Math.abs(Math.log(MEETING)) / Math.abs(Math.log(threshold)));
  const bins = Math.max(1, Math.min(selective, meeting, MOST_BINS));
  // The minima are drawn from what both sets have together, none twice.
  let chance = 1;
  for (let bin = 0; bin < bins; bin++) chance *= (threshold * SHORT - bin) / (SHORT - bin);
  const bands = Math.ceil(Math.log(MISSED) / Math.log1p(-chance));
  return { bands: Math.max(1, Math.min(bands, MOST_BANDS)), bins };
}

/** Makes a search for all pairs of members whose keys are equal at that time. */
function collisions(members: Uint32Array, keys: Uint32Array): (meet: (a: number, b: number) => void) => void {
  const heads = new Int32Array(2 ** Math.ceil(Math.log2(2 * members.length + 1)));
  const next = new Int32Array(members.length);
  const mask = heads.length - 1;
  return (meet) => {
    heads.fill(-1);
    for (let member = 0; member < members.length; member++) {
      const key = keys[member]!;
      const slot = key & mask;
      for (let other = heads[slot]!; other !== -1; other = next[other]!)
        if (keys[other] === key) meet(members[member]!, members[other]!);
      next[member] = heads[slot]!;
      heads[slot] = member;
    }
  };
}
