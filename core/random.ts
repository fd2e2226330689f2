import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { hashText } from './hash.ts';

/** What every library that is seeded takes. */
export const MOST_SEED = 2 ** 32 - 1;

/** A seeded source of random choices: the same seed gives the same choices on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, limit). */
  int(limit: number): number;
  chance(probability: number): boolean;
  /** One item; throws on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
  /** `count` distinct items (all, if there are fewer), in random order. */
  sample<T>(items: readonly T[], count: number): T[];
}

/** Makes a source from any parts, such as a seed and a unit's name: `seededRandom(1, 'traces', 17)`. */
export function seededRandom(...parts: (string | number)[]): Random {
  const seed = Number.parseInt(hashText(parts.join('\u0000')).slice(7, 15), 16);
  const generator = xoroshiro128plus(seed);
  const next = () => uniformFloat64(generator);
  const int = (limit: number) => Math.floor(next() * limit);
  const shuffle = <T>(items: readonly T[]): T[] => {
    const copy = [...items];
    for (let last = copy.length - 1; last > 0; last--) {
      const other = int(last + 1);
      [copy[last], copy[other]] = [copy[other]!, copy[last]!];
    }
    return copy;
  };
  return {
    next,
    int,
    shuffle,
    chance: (probability) => next() < probability,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('cannot pick from an empty list');
      return items[int(items.length)]!;
    },
    sample: (items, count) => shuffle(items).slice(0, count),
  };
}
