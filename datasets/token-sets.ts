import { NumberColumn } from './number-column.ts';

type Chunk = Uint16Array | Uint32Array;

/**
 * Elements in a chunk, which takes memory only as far as it is filled, and large enough for the system to have it back when it is freed. A
 * set never spans two; one that is larger has a chunk of its own.
 */
const CHUNK = 2 ** 24;
const NARROW = 2 ** 16;
const NONE = new Uint16Array();

/**
 * Sets of strings in two bytes for each element (four where there are more than 65,536 different ones), so that a million queries fit into
 * memory. Add all of them, then read them as `ranked`.
 */
export class TokenSets {
  readonly #numbers = new Map<string, number>();
  readonly #uses: number[] = [];
  readonly #chunks: Chunk[] = [];
  readonly #starts = new NumberColumn();
  readonly #sizes = new NumberColumn();
  #used = 0;
  #ranked: RankedSets | undefined;

  static from(sets: Iterable<ReadonlySet<string>>): TokenSets {
    const all = new TokenSets();
    for (const set of sets) all.add(set);
    return all;
  }

  add(set: ReadonlySet<string>): void {
    if (this.#ranked !== undefined) throw new RangeError('all sets have to be added before they are ranked');
    const tokens = Array.from(set, (element) => this.#numberOf(element));
    this.#starts.push(this.#store(tokens));
    this.#sizes.push(tokens.length);
  }

  get ranked(): RankedSets {
    this.#ranked ??= rank(this.#chunks, this.#starts.values, this.#sizes.values, this.#uses);
    return this.#ranked;
  }

  #numberOf(element: string): number {
    let number = this.#numbers.get(element);
    if (number === undefined) {
      number = this.#uses.length;
      this.#numbers.set(element, number);
      this.#uses.push(0);
    }
    this.#uses[number]! += 1;
    return number;
  }

  /** @returns the number of the chunk times its size, plus the place in the chunk */
  #store(tokens: readonly number[]): number {
    if (tokens.length === 0) return 0;
    const last = this.#chunks.at(-1);
    const wide = this.#uses.length > NARROW;
    if (last === undefined || this.#used + tokens.length > last.length || (wide && last instanceof Uint16Array)) {
      const length = Math.max(CHUNK, tokens.length);
      this.#chunks.push(wide ? new Uint32Array(length) : new Uint16Array(length));
      this.#used = 0;
    }
    const start = (this.#chunks.length - 1) * CHUNK + this.#used;
    this.#chunks.at(-1)!.set(tokens, this.#used);
    this.#used += tokens.length;
    return start;
  }
}

/** Sets of numbers, each ascending; the rarest element of all sets is 0. */
export interface RankedSets {
  /** How many elements there are in each set. */
  readonly sizes: Uint32Array;
  /** How many different elements there are. */
  readonly vocabulary: number;
  /** Where a set's elements stand: in this list from this place on. Not to be written to. */
  listOf(set: number): Chunk;
  placeOf(set: number): number;
  /** Jaccard similarity; 0 as soon as it is sure that fewer than `needed` elements are common. */
  similarity(a: number, b: number, needed: number): number;
}

function rank(chunks: readonly Chunk[], starts: Uint32Array, sizes: Uint32Array, uses: readonly number[]): RankedSets {
  const order = Uint32Array.from(uses.keys()).sort((a, b) => uses[a]! - uses[b]! || a - b);
  const ranks = new Uint32Array(uses.length);
  for (const [place, element] of order.entries()) ranks[element] = place;
  const wide = uses.length > NARROW;
  const ranked = chunks.map((chunk) => (wide && chunk instanceof Uint16Array ? Uint32Array.from(chunk) : chunk));
  const listOf = (set: number) => ranked[Math.floor(starts[set]! / CHUNK)] ?? NONE;
  const placeOf = (set: number) => starts[set]! % CHUNK;
  for (let set = 0; set < starts.length; set++) {
    const elements = listOf(set).subarray(placeOf(set), placeOf(set) + sizes[set]!);
    for (let place = 0; place < elements.length; place++) elements[place] = ranks[elements[place]!]!;
    elements.sort();
  }
  return {
    sizes,
    vocabulary: uses.length,
    listOf,
    placeOf,
    similarity(a, b, needed) {
      const [sizeA, sizeB] = [sizes[a]!, sizes[b]!];
      const [placeA, placeB] = [placeOf(a), placeOf(b)];
      const common = commonOf(
        { list: listOf(a), from: placeA, to: placeA + sizeA },
        { list: listOf(b), from: placeB, to: placeB + sizeB },
        needed,
      );
      return common / (sizeA + sizeB - common);
    },
  };
}

interface Part {
  list: Chunk;
  from: number;
  to: number;
}

/** How many numbers two ascending lists have in common; 0 where those are fewer than needed. */
function commonOf(a: Part, b: Part, needed: number): number {
  const [listA, listB] = [a.list, b.list];
  let [i, j, common] = [a.from, b.from, 0];
  while (i < a.to && j < b.to) {
    const [x, y] = [listA[i]!, listB[j]!];
    if (x === y) common += 1;
    else if (common + Math.min(a.to - i, b.to - j) < needed) return 0;
    if (x <= y) i += 1;
    if (y <= x) j += 1;
  }
  return common < needed ? 0 : common;
}
