import { expect, test } from 'vitest';
import { coverageOf } from '../../../../pipelines/suite/toolfit/coverage.ts';

const verdicts = (satisfied: number, all: number) =>
  Array.from({ length: all }, (_, index) => ({ satisfied: index < satisfied }));

test.each([
  [0, 3, 0],
  [3, 3, 10],
  [1, 3, 3],
  [2, 3, 7],
  [1, 4, 3],
  [3, 4, 8],
  [1, 20, 1],
  [7, 20, 4],
  [9, 20, 5],
  [19, 200, 1],
])('%d of %d: score %d', (satisfied, all, score) => {
  expect(coverageOf(verdicts(satisfied, all))).toEqual({ state: 'scored', coverage: satisfied / all, score });
});

test('one requirement without a verdict leaves the task unscored', () => {
  expect(coverageOf([...verdicts(2, 2), { satisfied: null }])).toEqual({
    state: 'unscored',
    why: '1 of 3 requirements have no verdict',
  });
});
