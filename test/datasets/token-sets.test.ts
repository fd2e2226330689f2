import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import { findSimilar } from '../../datasets/similar-pairs.ts';
import { TokenSets } from '../../datasets/token-sets.ts';

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = a.intersection(b).size;
  return common / (a.size + b.size - common);
}

describe('compact sets', () => {
  const random = seededRandom(1, 'sets');
  const word = (kinds: number) => `w${random.int(kinds)}`;
  const drawn = Array.from({ length: 60 }, () => new Set(Array.from({ length: 2 + random.int(30) }, () => word(60))));
  const rare = new Set(Array.from({ length: 70_000 }, (_, index) => `rare ${index}`));

  test.each([
    ['few different elements', drawn],
    ['more than fit into a byte or two', [...drawn, rare, ...drawn]],
  ])('keep similarities, with %s', (_, sets) => {
    const view = TokenSets.from(sets).view();
    const small = [...sets.keys()].filter((set) => sets[set]!.size < 100);
    for (const a of small)
      for (const b of small) expect(view.similarity(a, b, 0)).toBeCloseTo(jaccard(sets[a]!, sets[b]!), 12);
    for (const set of small) expect(view.sizes[set]).toBe(sets[set]!.size);
  });

  test('empty sets are like nothing', () => {
    const view = TokenSets.from([new Set(), new Set(['a']), new Set()]).view();
    const found: unknown[] = [];
    findSimilar({ sets: view, threshold: 0 }, (...pair) => found.push(pair));
    expect(found).toEqual([]);
  });

  test.each([
    [0, ['01', '02', '03', '12', '13', '23']],
    [1, ['01', '02', '12']],
  ])('the threshold may be %d', (threshold, expected) => {
    const view = TokenSets.from([new Set('abc'), new Set('abc'), new Set('abc'), new Set('abcd'), new Set('z')]).view();
    const found: string[] = [];
    findSimilar({ sets: view, threshold }, (a, b) => found.push(`${a}${b}`));
    expect(found.sort()).toEqual(expected);
  });

  test('a join takes only its members, and leaves out what it is told to', () => {
    const view = TokenSets.from([new Set('abc'), new Set('abc'), new Set('abc'), new Set('abcd')]).view();
    const pairs = (members?: Uint32Array, skip?: (a: number, b: number) => boolean) => {
      const found: string[] = [];
      findSimilar({ sets: view, members, threshold: 0.7, skip }, (a, b) => found.push(`${a}${b}`));
      return found.sort();
    };
    expect(pairs()).toEqual(['01', '02', '03', '12', '13', '23']);
    expect(pairs(Uint32Array.of(1, 3))).toEqual(['13']);
    expect(pairs(undefined, (a, b) => a + b === 3)).toEqual(['01', '02', '13', '23']);
  });
});
