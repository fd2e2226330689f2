import { expect, test } from 'vitest';
import { pairedCounts, pairedInterval } from '../../../pipelines/scoring/paired-counts.ts';

test('counts case by case', () => {
  expect(pairedCounts([true, true, false, false, true], [true, false, true, false, false])).toEqual({
    n: 5,
    both: 1,
    first: 2,
    second: 1,
  });
});

test('without cases there is no interval; without cases that differ it has a width all the same', () => {
  expect(pairedInterval({ n: 0, both: 0, first: 0, second: 0 })).toBeNull();
  const same = pairedInterval({ n: 15, both: 14, first: 0, second: 0 })!;
  expect(same.value).toBe(0);
  expect(same.low).toBeLessThan(-0.05);
  expect(same.high).toBeGreaterThan(0.05);
});

// Reference values: the paper's formulas, computed apart from this in another language.
test.each([
  [36, 12, 2, 50, 0.2, 0.0569, 0.3404],
  [54, 0, 0, 54, 0, -0.0664, 0.0664],
  [20, 12, 2, 50, 0.2, 0.0562, 0.3292],
])(
  'Newcombe’s interval: both %i, only the one %i, only the other %i, of %i',
  (both, first, second, n, value, low, high) => {
    const found = pairedInterval({ n, both, first, second })!;
    expect(found.value).toBeCloseTo(value, 12);
    expect(found.low).toBeCloseTo(low, 4);
    expect(found.high).toBeCloseTo(high, 4);
  },
);

test('turned round, so is the interval', () => {
  const a = pairedInterval({ n: 20, both: 12, first: 5, second: 1 })!;
  const b = pairedInterval({ n: 20, both: 12, first: 1, second: 5 })!;
  expect([b.value, b.low, b.high].map((value) => value.toFixed(12))).toEqual(
    [-a.value, -a.high, -a.low].map((value) => value.toFixed(12)),
  );
});

/** Over all outcomes of 15 cases, each with its probability. */
function coverage(both: number, first: number, second: number): number {
  const n = 15;
  const logs = Array.from({ length: n + 1 }, (_, k) => k).map((k) => {
    let sum = 0;
    for (let at = 2; at <= k; at++) sum += Math.log(at);
    return sum;
  });
  let covered = 0;
  for (let a = 0; a <= n; a++)
    for (let b = 0; a + b <= n; b++)
      for (let c = 0; a + b + c <= n; c++) {
        const d = n - a - b - c;
        const ways = logs[n]! - logs[a]! - logs[b]! - logs[c]! - logs[d]!;
        const chance = Math.exp(ways) * both ** a * first ** b * second ** c * (1 - both - first - second) ** d;
        const { low, high } = pairedInterval({ n, both: a, first: b, second: c })!;
        if (low <= first - second && first - second <= high) covered += chance;
      }
  return covered;
}

test.each([
  [0.8, 0.08, 0.05],
  [0.6, 0.2, 0.05],
  [0.7, 0.02, 0.02],
  [0.4, 0.1, 0.3],
])('of 15 cases the interval holds the truth in about 95 of 100 (%f, %f, %f)', (...cells) => {
  expect(coverage(...cells)).toBeGreaterThan(0.93);
  // Where hardly a case differs no interval of whole cases can be narrow.
  if (cells[1] + cells[2] > 0.2) expect(coverage(...cells)).toBeLessThan(0.985);
});
