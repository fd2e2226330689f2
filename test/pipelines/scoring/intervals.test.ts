import { expect, test } from 'vitest';
import { seededRandom } from '../../../core/random.ts';
import { pairedDifference } from '../../../pipelines/scoring/paired-difference.ts';
import { quantile } from '../../../pipelines/scoring/quantile.ts';
import { wilson } from '../../../pipelines/scoring/wilson.ts';

// Reference values: statsmodels' proportion_confint(method='wilson').
test.each([
  [0, 10, 0, 0.2775327998628892],
  [10, 10, 0.7224672001371107, 1],
  [5, 10, 0.2365930909561106, 0.7634069090438894],
  [81, 263, 0.2552966120243137, 0.3662211961738302],
])('Wilson interval of %i of %i', (right, n, low, high) => {
  const share = wilson(right, n)!;
  expect(share.value).toBe(right / n);
  expect(share.low).toBeCloseTo(low, 4);
  expect(share.high).toBeCloseTo(high, 4);
});

test('no cases, no share', () => {
  expect(wilson(0, 0)).toBeNull();
});

test('quantiles are interpolated', () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
  expect(quantile([7], 0.95)).toBe(7);
});

test('the interval of a difference is seeded, holds its value, and is wider where steps of a trace hang together', () => {
  const single = Array.from({ length: 200 }, (_, index) => ({ cases: 1, surplus: index % 4 === 0 ? 1 : 0 }));
  const traces = Array.from({ length: 48 }, (_, index) => ({ cases: 4, surplus: index % 4 === 0 ? 4 : 0 }));
  const a = pairedDifference(single, [1, 'a']);
  expect(pairedDifference(single, [1, 'a'])).toEqual(a);
  expect(a.value).toBe(0.25);
  // Normal approximation: 1.96 * sqrt(0.25 * 0.75 / 200) = 0.06.
  expect(Math.abs(a.low - 0.19)).toBeLessThan(0.01);
  expect(Math.abs(a.high - 0.31)).toBeLessThan(0.01);
  const b = pairedDifference(traces, [1, 'a']);
  expect(b.value).toBe(0.25);
  expect(b.high - b.low).toBeGreaterThan(1.7 * (a.high - a.low));
});

test('the interval is that of drawing whole traces one by one', () => {
  const made = seededRandom(3);
  const units = Array.from({ length: 60 }, () => ({ cases: 1 + made.int(4), surplus: made.int(3) - 1 }));
  const random = seededRandom(7, 'a', 'bootstrap');
  const share = (drawn: typeof units) =>
    drawn.reduce((sum, { surplus }) => sum + surplus, 0) / drawn.reduce((sum, { cases }) => sum + cases, 0);
  const shares = Array.from({ length: 4000 }, () => share(units.map(() => random.pick(units)))).sort((a, b) => a - b);
  expect(pairedDifference(units, [7, 'a'])).toEqual({
    value: share(units),
    low: quantile(shares, 0.025),
    high: quantile(shares, 0.975),
  });
});
