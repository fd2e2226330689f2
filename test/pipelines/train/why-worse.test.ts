import { expect, test } from 'vitest';
import { whyWorse } from '../../../pipelines/train/why-worse.ts';

const before = { loss: 0.5, exact: 0.8, calls: 40 };

test.each([
  ['the same', before],
  ['a loss a tenth higher', { ...before, loss: 0.56 }],
  ['one call in twenty less', { ...before, exact: 0.751 }],
  ['one call of few less', { loss: 0.5, exact: 0.55, calls: 4 }],
  ['no shares of calls, as other trainers tell none', { loss: 0.5 }],
])('stays: %s', (_, now) => {
  expect(whyWorse(before, now)).toBeUndefined();
});

test('stays: one call less, however the shares are rounded', () => {
  for (let calls = 1; calls <= 20; calls++)
    for (let right = 1; right <= calls; right++) {
      const of = (count: number) => ({ loss: 0.5, exact: count / calls, calls });
      expect(whyWorse(of(right), of(right - 1))).toBeUndefined();
      if (right > 1) expect(whyWorse(of(right), of(right - 2))).toBeDefined();
    }
});

test.each([
  ['loss', { ...before, loss: 0.58 }, 'its validation loss is 0.580, was 0.500 (at most 0.570)'],
  ['no number', { ...before, loss: Number.NaN }, /NaN/],
  [
    'calls',
    { ...before, exact: 0.74 },
    /it writes 74\.0% of 40 validation calls right, wrote 80\.0% \(at least 75\.0%\)/,
  ],
])('is trained: %s', (_, now, why) => {
  expect(whyWorse(before, now)).toMatch(why);
});

test('next to nothing may become a little', () => {
  expect(whyWorse({ loss: 0.001 }, { loss: 0.015 })).toBeUndefined();
  expect(whyWorse({ loss: 0.001 }, { loss: 0.03 })).toBeDefined();
});
