import { ABOVE_ALL, ESCAPE, type SetsView } from './token-sets.ts';

/** Bits of a hash that tell its bin. */
const BIN_BITS = 4;
export const MOST_BINS = 2 ** BIN_BITS;
/** Hashes have 31 bits, so that their differences are whole numbers of 32 bits. */
const NOTHING = 0x7fffffff;

/**
 * Writes one band of MinHash signatures: a key for each set, made of as many minima as there are bins. Each element has one random number, and falls
 * into one of the bins by another (Li et al., "One permutation hashing"): so a band takes one look at each element. Two sets have the same
 * minimum in a bin with the probability of their Jaccard similarity. Bands are independent of one another.
 */
export function writeBandKeys(
  keys: Uint32Array,
  { sets, members }: { sets: SetsView; members: Uint32Array },
  { band, bins }: { band: number; bins: number },
): void {
  const hashes = elementHashes(sets.vocabulary, band, bins);
  const minima = new Int32Array(bins);
  for (let member = 0; member < members.length; member++) {
    const set = members[member]!;
    const bytes = sets.bytesOf(set);
    let place = sets.placeOf(set);
    let element = ABOVE_ALL;
    minima.fill(NOTHING);
    for (let left = sets.sizes[set]!; left > 0; left--) {
      let step = bytes[place++]!;
      if (step === ESCAPE) {
        step = bytes[place]! | (bytes[place + 1]! << 8) | (bytes[place + 2]! << 16);
        place += 3;
      }
      element -= step;
      const hash = hashes[element]!;
      const bin = hash & (MOST_BINS - 1);
      const least = minima[bin]!;
      // The smaller of both, without a branch that processors guess wrong: half the time.
      const less = hash - least;
      minima[bin] = least + (less & (less >> 31));
    }
    let key = 0;
    for (let bin = 0; bin < bins; bin++) key = mixed(key ^ minima[bin]!);
    keys[member] = key;
  }
}

/** For each element a random number whose last bits are its bin. */
function elementHashes(vocabulary: number, band: number, bins: number): Int32Array {
  const hashes = new Int32Array(vocabulary);
  const seed = mixed(band + 1);
  for (let element = 0; element < vocabulary; element++) {
    const hash = mixed(seed ^ Math.imul(element + 1, 0x9e3779b1));
    hashes[element] = ((hash >>> (BIN_BITS + 1)) << BIN_BITS) | (mixed(hash ^ seed) % bins);
  }
  return hashes;
}

/** The finalizer of MurmurHash3: spreads every bit over all. */
function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
