import { NumberColumn } from './number-column.ts';

/** Bytes in a chunk, which takes memory only as far as it is filled, and is large enough for the system to have it back when it is freed. */
const CHUNK = 2 ** 25;
/** Elements come as differences, one byte each; behind this one stand three bytes. */
export const ESCAPE = 255;
/** What the first difference is to: one more than the largest number. */
export const ABOVE_ALL = 2 ** 24;
const NOTHING = new Uint8Array();

/**
 * Sets of strings in little more than a byte for each element, so that a million queries fit into memory. Elements are numbered as they
 * come; a set holds them from the largest to the smallest number, and so the rare ones first. Add all sets, then read them by `view`.
 */
export class TokenSets {
  readonly #numbers = new Map<string, number>();
  readonly #chunks: Uint8Array[] = [];
  readonly #starts = new NumberColumn();
  readonly #sizes = new NumberColumn();
  #used = CHUNK;

  static from(sets: Iterable<ReadonlySet<string>>): TokenSets {
    const all = new TokenSets();
    for (const set of sets) all.add(set);
    return all;
  }

  add(set: ReadonlySet<string>): void {
    this.#sizes.push(set.size);
    this.#starts.push(this.#store(differences(Uint32Array.from(set, (element) => this.#numberOf(element)).sort())));
  }

  view(): SetsView {
    const [chunks, starts, sizes] = [this.#chunks, this.#starts.values, this.#sizes.values];
    const bytesOf = (set: number) => chunks[Math.floor(starts[set]! / CHUNK)] ?? NOTHING;
    const placeOf = (set: number) => starts[set]! % CHUNK;
    return {
      sizes,
      vocabulary: this.#numbers.size,
      bytesOf,
      placeOf,
      similarity(a, b, needed) {
        const one = { bytes: bytesOf(a), place: placeOf(a), size: sizes[a]! };
        const other = { bytes: bytesOf(b), place: placeOf(b), size: sizes[b]! };
        const common = commonOf(one, other, needed);
        return common / (one.size + other.size - common);
      },
    };
  }

  #numberOf(element: string): number {
    const known = this.#numbers.get(element);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    if (number === ABOVE_ALL) throw new RangeError(`more than ${ABOVE_ALL} different elements`);
    this.#numbers.set(element, number);
    return number;
  }

  /** A set never spans two chunks. @returns the number of the chunk times its size, plus the place in the chunk */
  #store(bytes: readonly number[]): number {
    if (bytes.length === 0) return 0;
    if (this.#used + bytes.length > CHUNK) {
      this.#chunks.push(new Uint8Array(Math.max(CHUNK, bytes.length)));
      this.#used = 0;
    }
    const start = (this.#chunks.length - 1) * CHUNK + this.#used;
    this.#chunks.at(-1)!.set(bytes, this.#used);
    this.#used += bytes.length;
    return start;
  }
}

/** Sets as they are read. */
export interface SetsView {
  /** How many elements there are in each set. */
  readonly sizes: Uint32Array;
  /** How many different elements there are. */
  readonly vocabulary: number;
  /** Where a set's elements stand, as differences: in these bytes from this place on. */
  bytesOf(set: number): Uint8Array;
  placeOf(set: number): number;
  /** Jaccard similarity; 0 as soon as it is sure that fewer than `needed` elements are common. */
  similarity(a: number, b: number, needed: number): number;
}

function differences(ascending: Uint32Array): number[] {
  const bytes: number[] = [];
  let above = ABOVE_ALL;
  for (let place = ascending.length - 1; place >= 0; place--) {
    const difference = above - ascending[place]!;
    if (difference < ESCAPE) bytes.push(difference);
    else bytes.push(ESCAPE, difference & 0xff, (difference >>> 8) & 0xff, (difference >>> 16) & 0xff);
    above = ascending[place]!;
  }
  return bytes;
}

interface Part {
  bytes: Uint8Array;
  place: number;
  size: number;
}

/** How many elements two sets have in common; 0 where those are fewer than needed. */
function commonOf(a: Part, b: Part, needed: number): number {
  const [bytesA, bytesB] = [a.bytes, b.bytes];
  let [placeA, placeB, leftA, leftB] = [a.place, b.place, a.size, b.size];
  let [x, y, common] = [ABOVE_ALL, ABOVE_ALL, 0];
  for (let [stepA, stepB] = [true, true]; ; ) {
    if (stepA) {
      if (leftA-- === 0) break;
      let step = bytesA[placeA++]!;
      if (step === ESCAPE) {
        step = bytesA[placeA]! | (bytesA[placeA + 1]! << 8) | (bytesA[placeA + 2]! << 16);
        placeA += 3;
      }
      x -= step;
    }
    if (stepB) {
      if (leftB-- === 0) break;
      let step = bytesB[placeB++]!;
      if (step === ESCAPE) {
        step = bytesB[placeB]! | (bytesB[placeB + 1]! << 8) | (bytesB[placeB + 2]! << 16);
        placeB += 3;
      }
      y -= step;
    }
    stepA = x >= y;
    stepB = y >= x;
    if (stepA && stepB) common += 1;
    else if (common + 1 + Math.min(leftA, leftB) < needed) return 0;
  }
  return common < needed ? 0 : common;
}
