import { expect, test } from 'vitest';
import type { SystemMetrics } from '../../../core/metrics.ts';
import { confusionsOf } from '../../../pipelines/evaluate/confusions-of.ts';

const system = (...confusion: SystemMetrics['confusion']) => ({ confusion }) as SystemMetrics;
const row = (gold: string, predicted: string, count: number) => ({ gold, predicted, count });

test('the wrong selections of decoupled, the most frequent first, with null for no call', () => {
  const decoupled = system(
    row('s.a', 's.a', 9),
    row('s.a', 'respond', 1),
    row('respond', 's.b', 4),
    row('s.b', 'malformed', 1),
  );
  expect(confusionsOf({ systems: { base: system(row('s.a', 's.b', 7)), decoupled } })).toEqual([
    { gold: null, predicted: 's.b', count: 4 },
    { gold: 's.a', predicted: null, count: 1 },
    { gold: 's.b', predicted: 'malformed', count: 1 },
  ]);
});

test('without decoupled those of monolithic count, without both those of the first system', () => {
  const [base, monolithic] = [system(row('s.a', 's.b', 7)), system(row('s.b', 's.a', 2))];
  expect(confusionsOf({ systems: { base, monolithic } })).toEqual([{ gold: 's.b', predicted: 's.a', count: 2 }]);
  expect(confusionsOf({ systems: { base } })).toEqual([{ gold: 's.a', predicted: 's.b', count: 7 }]);
});
