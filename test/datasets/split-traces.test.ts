import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import { findLeaks } from '../../datasets/find-leaks.ts';
import { shingles } from '../../datasets/shingles.ts';
import { similarPairs } from '../../datasets/similar-pairs.ts';
import { splitTraces } from '../../datasets/split-traces.ts';
import { type TraceEntry, traceEntry } from '../../datasets/trace-entry.ts';
import { makeTraces } from './made-up-traces.ts';

const options = { validation: 0.1, test: 0.2, similarity: 0.7 };

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((element) => b.has(element)).length;
  return common / (a.size + b.size - common);
}

describe('similar pairs', () => {
  test.each([0.3, 0.7, 0.9])('are those that comparing all with all finds (%d)', (threshold) => {
    const sets = makeTraces(250).map((trace) => traceEntry(trace).query);
    const expected = sets.flatMap((a, i) =>
      sets.flatMap((b, j) => (i < j && jaccard(a, b) >= threshold ? [`${i} ${j}`] : [])),
    );
    expect(similarPairs(sets, threshold).map(({ a, b }) => `${a} ${b}`)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
  });

  test('case, punctuation and width do not make a query another one', () => {
    expect(shingles('Read the  file, please!')).toEqual(shingles('read the file please'));
    expect(similarPairs([shingles('Ｒead it'), shingles('read it')], 0.7)).toHaveLength(1);
  });
});

describe('the split', () => {
  const entries = makeTraces(600).map(traceEntry);

  test('has nothing alike on two sides, and all tools on all sides', () => {
    const { splits, lacking } = splitTraces(entries, options, seededRandom(1));
    expect(findLeaks(entries, splits, options.similarity)).toEqual([]);
    expect(lacking).toEqual([]);
    const count = (split: string) => [...splits.values()].filter((side) => side === split).length;
    expect(count('test') / splits.size).toBeGreaterThan(0.1);
    expect(count('validation') / splits.size).toBeGreaterThan(0.04);
    expect(count('train') / splits.size).toBeGreaterThan(0.5);
    expect(splits.size).toBeGreaterThan(400);
  });

  test('depends on the seed alone', () => {
    const run = (seed: number) => [...splitTraces(entries, options, seededRandom(seed)).splits];
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  test('accounts for every trace', () => {
    const { splits, rejected } = splitTraces(entries, options, seededRandom(1));
    expect(splits.size + rejected.size).toBe(entries.length);
  });

  test('drops what says the same twice', () => {
    const twice = [entries[0]!, { ...entries[0]!, id: 'copy' }, ...entries.slice(1, 50)];
    const { rejected } = splitTraces(twice, options, seededRandom(1));
    expect(rejected.get('copy')).toBe('trace: repeats another one');
  });

  test('without held-out shares all is for training', () => {
    const { splits } = splitTraces(entries, { ...options, validation: 0, test: 0 }, seededRandom(1));
    expect(new Set(splits.values())).toEqual(new Set(['train']));
  });
});

describe('leaks are found', () => {
  const entry = (id: string, part: Partial<TraceEntry>): TraceEntry => ({
    id,
    family: id,
    query: shingles(`query ${id.repeat(9)}`),
    calls: [],
    sequence: id,
    labels: ['t'],
    ...part,
  });
  const sides = new Map([
    ['a', 'train'],
    ['b', 'test'],
  ] as const);

  test.each([
    ['family', { family: 'f' }],
    ['call', { calls: ['c'] }],
    ['query', { query: shingles('the same words') }],
  ])('of a shared %s', (what, part) => {
    expect(findLeaks([entry('a', part), entry('b', part)], sides, 0.7)).toEqual([expect.stringContaining(what)]);
    expect(findLeaks([entry('a', part), entry('b', {})], sides, 0.7)).toEqual([]);
  });
});
