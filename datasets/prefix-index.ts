import type { RankedSets } from './token-sets.ts';

/** For each element, the sets that have it among their first: from `heads` to `ends`, in the order in which they were added. */
export interface PrefixIndex {
  readonly heads: Uint32Array;
  readonly ends: Uint32Array;
  readonly sets: Uint32Array;
  /** At which place of the set the element stands. */
  readonly places: Uint8Array;
  add(set: number, elements: ArrayLike<number>): void;
}

/** A place that does not fit into a byte is taken for this one: the bound that follows from it is weaker, and still a bound. */
const LAST_PLACE = 255;
const EPSILON = 1e-9;

/** An empty index with room for the prefixes of these sets. */
export function prefixIndex(sets: RankedSets, members: Uint32Array, share: number): PrefixIndex {
  const heads = new Uint32Array(sets.vocabulary + 1);
  const prefixes = (elements: ArrayLike<number>) => prefixLength(elements.length, share);
  for (const set of members) {
    const elements = sets.of(set);
    for (let place = 0; place < prefixes(elements); place++) heads[elements[place]! + 1]! += 1;
  }
  for (let element = 0; element < sets.vocabulary; element++) heads[element + 1]! += heads[element]!;
  const total = heads[sets.vocabulary]!;
  const index = { heads, ends: heads.slice(), sets: new Uint32Array(total), places: new Uint8Array(total) };
  return {
    ...index,
    add(set, elements) {
      const length = prefixes(elements);
      for (let place = 0; place < length; place++) {
        const entry = index.ends[elements[place]!]!++;
        index.sets[entry] = set;
        index.places[entry] = Math.min(place, LAST_PLACE);
      }
    },
  };
}

/** How many of the first elements of two sets hold a common one, where they share so much of the set of this size. */
export function prefixLength(size: number, share: number): number {
  return size === 0 ? 0 : size - Math.max(1, Math.ceil(share * size - EPSILON)) + 1;
}
