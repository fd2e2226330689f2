import { expect, test } from 'vitest';
import { diversityTally } from '../../../../pipelines/report/data/query-diversity.ts';

test('distinct-1 and distinct-2 are the shares of different words and of different pairs of words', () => {
  const tally = diversityTally(0.7);
  tally.add(['A, b a']);
  tally.add(['a b', 'c']);
  // a b a a b c: 3 different of 6; a-b b-a a-b: 2 different of 3, none across two messages.
  expect(tally.figures().distinct).toEqual([3 / 6, 2 / 3]);
});

test('counts each query that is like another one once, also where many are alike', () => {
  const tally = diversityTally(0.7);
  for (let copy = 0; copy < 5; copy++) tally.add(['show me the file a.txt']);
  tally.add(['something else altogether']);
  expect(tally.figures().similar).toBe(5);
  expect(diversityTally(0.7).figures()).toEqual({ distinct: [0, 0], similar: 0 });
});
