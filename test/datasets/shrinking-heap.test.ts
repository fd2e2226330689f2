import { expect, test } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import { shrinkingHeap } from '../../datasets/shrinking-heap.ts';

test.each([1, 2, 3])('gives the largest each time while others shrink (seed %d)', (seed) => {
  const random = seededRandom(seed, 'heap');
  const sizes = Array.from({ length: 200 }, () => random.int(20));
  const order = (a: number, b: number) => b - a;
  const heap = shrinkingHeap(Uint32Array.from(sizes.keys()), (item) => sizes[item]!, order);
  const left = new Set(sizes.keys());
  while (left.size > 0) {
    const expected = [...left].reduce((best, item) =>
      (sizes[item]! - sizes[best]! || order(item, best)) > 0 ? item : best,
    );
    expect(heap.pop()).toBe(expected);
    left.delete(expected);
    for (const item of random.sample([...left], 5)) sizes[item] = Math.max(0, sizes[item]! - random.int(4));
  }
  expect(heap.pop()).toBeUndefined();
});
