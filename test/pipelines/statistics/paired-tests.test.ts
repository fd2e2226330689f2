import { expect, test } from 'vitest';
import { seededRandom } from '../../../core/random.ts';
import { holm } from '../../../pipelines/statistics/holm.ts';
import { signFlipTest } from '../../../pipelines/statistics/sign-flip-test.ts';

const surpluses = (first: number, second: number, same = 5) => [
  ...new Array<number>(first).fill(1),
  ...new Array<number>(second).fill(-1),
  ...new Array<number>(same).fill(0),
];

// Reference values: 2 * the tail of the binomial with p = 1/2, by hand and by statsmodels' mcnemar(exact=True).
test.each([
  [0, 0, 1],
  [1, 0, 1],
  [3, 3, 1],
  [5, 0, 2 / 2 ** 5],
  [10, 2, (2 * (1 + 12 + 66)) / 2 ** 12],
  [2, 10, (2 * (1 + 12 + 66)) / 2 ** 12],
])('with one step a trace it is McNemar’s exact test: %i against %i', (first, second, p) => {
  expect(signFlipTest(surpluses(first, second))).toBeCloseTo(p, 12);
});

test('equals the count over all flips, also where traces have several steps', () => {
  const random = seededRandom(1, 'flips');
  for (let round = 0; round < 20; round++) {
    const units = Array.from({ length: 10 }, () => random.int(7) - 3);
    const observed = Math.abs(units.reduce((a, b) => a + b, 0));
    let extreme = 0;
    for (let signs = 0; signs < 2 ** units.length; signs++) {
      const sum = units.reduce((all, unit, at) => all + ((signs >> at) & 1 ? unit : -unit), 0);
      if (Math.abs(sum) >= observed) extreme += 1;
    }
    expect(signFlipTest(units)).toBeCloseTo(extreme / 2 ** units.length, 12);
  }
});

test('steps that hang together count for less', () => {
  const apart = signFlipTest(surpluses(24, 8));
  const together = signFlipTest([...new Array<number>(6).fill(4), ...new Array<number>(2).fill(-4)]);
  expect(apart).toBeLessThan(0.01);
  expect(together).toBeGreaterThan(0.2);
});

test('of equal systems it calls at most as many different as the level says', () => {
  const random = seededRandom(2, 'level');
  const rounds = 2000;
  let called = 0;
  for (let round = 0; round < rounds; round++)
    if (signFlipTest(Array.from({ length: 60 }, () => random.int(5) - 2)) <= 0.05) called += 1;
  expect(called / rounds).toBeLessThan(0.065);
  expect(called / rounds).toBeGreaterThan(0.03);
});

test('many traces: no overflow, a p-value as the normal distribution gives it', () => {
  // 100,000 differing traces, surplus of 600: z = 600 / sqrt(100,000) = 1.897, with continuity 1.894.
  expect(signFlipTest(surpluses(50_300, 49_700))).toBeCloseTo(0.0582, 3);
  expect(signFlipTest(surpluses(60_000, 40_000))).toBeLessThan(1e-12);
});

test('Holm’s correction by hand, in the order given', () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.9, 0.6])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});
