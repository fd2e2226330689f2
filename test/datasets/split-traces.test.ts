import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import type { Split } from '../../core/sample.ts';
import { type Fate, splitOf } from '../../datasets/fate.ts';
import { findLeaks } from '../../datasets/find-leaks.ts';
import { shingles } from '../../datasets/shingles.ts';
import { findSimilar } from '../../datasets/similar-pairs.ts';
import { splitTraces } from '../../datasets/split-traces.ts';
import { TokenSets } from '../../datasets/token-sets.ts';
import { type TraceEntry, traceDigest, traceEntry } from '../../datasets/trace-entry.ts';
import { TraceTable } from '../../datasets/trace-table.ts';
import { makeTraces } from './made-up-traces.ts';

const options = {
  validation: 0.1,
  test: 0.2,
  similarity: 0.7,
  dedupe: true,
  heldOutCount: 0,
  pins: [] as (Split | undefined)[],
};

function similarPairs(sets: readonly ReadonlySet<string>[], threshold: number): string[] {
  const pairs: [number, number][] = [];
  findSimilar({ sets: TokenSets.from(sets).view(), threshold }, (a, b) => pairs.push([a, b]));
  return pairs.sort(([a, b], [c, d]) => a - c || b - d).map((pair) => pair.join(' '));
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((element) => b.has(element)).length;
  return common / (a.size + b.size - common);
}

describe('similar pairs', () => {
  test.each([0.3, 0.7, 0.9])('are those that comparing all with all finds (%d)', (threshold) => {
    const sets = makeTraces(250).map((trace) => traceEntry(traceDigest(trace)).query);
    const expected = sets.flatMap((a, i) =>
      sets.flatMap((b, j) => (i < j && jaccard(a, b) >= threshold ? [`${i} ${j}`] : [])),
    );
    expect(similarPairs(sets, threshold)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
  });

  test('case, punctuation and width do not make a query another one', () => {
    expect(shingles('Read the  file, please!')).toEqual(shingles('read the file please'));
    expect(similarPairs([shingles('Ｒead it'), shingles('read it')], 0.7)).toHaveLength(1);
  });
});

describe('the split', () => {
  const entries = makeTraces(600).map((trace) => traceEntry(traceDigest(trace)));
  const columns = TraceTable.from(entries).columns();
  const used = (fates: readonly Fate[]) => fates.map(splitOf).filter((split) => split !== undefined);

  test('has nothing alike on two sides, and all tools on all sides', () => {
    const { fates, lacking } = splitTraces(columns, options, seededRandom(1));
    expect(findLeaks(columns, fates, options.similarity)).toEqual([]);
    expect(lacking).toEqual([]);
    const splits = used(fates);
    const count = (split: string) => splits.filter((side) => side === split).length;
    expect(count('test') / splits.length).toBeGreaterThan(0.1);
    expect(count('validation') / splits.length).toBeGreaterThan(0.04);
    expect(count('train') / splits.length).toBeGreaterThan(0.5);
    expect(splits.length).toBeGreaterThan(400);
  });

  test('depends on the seed alone', () => {
    const run = (seed: number) => splitTraces(columns, options, seededRandom(seed)).fates;
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  test('accounts for every trace', () => {
    const { fates } = splitTraces(columns, options, seededRandom(1));
    expect(fates).toHaveLength(entries.length);
  });

  test('drops what says the same twice', () => {
    const nearly = { ...entries[1]!, query: new Set([...entries[1]!.query, 'new']) };
    const twice = [entries[0]!, entries[0]!, entries[1]!, nearly, ...entries.slice(2, 50)];
    const { fates } = splitTraces(TraceTable.from(twice).columns(), options, seededRandom(1));
    const repeats = 'trace: repeats another one';
    expect(fates.slice(0, 4).map((fate) => fate === repeats)).toEqual([false, true, false, true]);
  });

  test('keeps it where it shall, on one side', () => {
    const nearly = { ...entries[1]!, query: new Set([...entries[1]!.query, 'new']) };
    const twice = TraceTable.from([entries[1]!, nearly, ...entries.slice(2)]).columns();
    const { fates } = splitTraces(twice, { ...options, dedupe: false }, seededRandom(1));
    expect(splitOf(fates[1]!)).toBeDefined();
    expect(fates[1]).toBe(fates[0]);
    expect(findLeaks(twice, fates, options.similarity)).toEqual([]);
  });

  test('trains on no more than the limit, and tests on the same as without', () => {
    const [all, some] = [undefined, 100].map(
      (limit) => splitTraces(columns, { ...options, limit }, seededRandom(1)).fates,
    );
    expect(some!.filter((fate) => fate === 'train')).toHaveLength(100);
    for (const [trace, fate] of some!.entries())
      if (fate !== 'split: more than split.limit') expect(fate).toBe(all![trace]);
  });

  test('a given test split stays whole, and nothing like it is trained on', () => {
    const { fates } = splitTraces(columns, { ...options, heldOutCount: 80 }, seededRandom(1));
    expect(new Set(fates.slice(0, 80))).toEqual(new Set(['test']));
    expect(new Set(used(fates.slice(80)))).toEqual(new Set(['train', 'validation']));
    expect(findLeaks(columns, fates, options.similarity)).toEqual([]);
    const reasons = fates.filter((fate) => fate.includes('held-out'));
    expect(new Set(reasons)).toEqual(
      new Set([
        'split: its query is nearly that of a held-out trace',
        'split: makes the same call as a held-out trace',
        'split: has the phrasing of a held-out trace',
      ]),
    );
  });

  test.each([1, 2, 3])('what was dealt out before stays, and nothing new is alike on another side (%d)', (seed) => {
    const older = splitTraces(TraceTable.from(entries.slice(0, 400)).columns(), options, seededRandom(seed)).fates;
    const pins = older.map(splitOf);
    // Those of before that were not used come last, as new ones do.
    const order = [...entries.keys()].sort((a, b) => Number(pins[a] === undefined) - Number(pins[b] === undefined));
    const all = TraceTable.from(order.map((trace) => entries[trace]!)).columns();
    const pinned = { ...options, pins: order.map((trace) => pins[trace]) };
    const { fates } = splitTraces(all, pinned, seededRandom(seed + 10));
    for (const [place, trace] of order.entries()) if (pins[trace]) expect(fates[place]).toBe(pins[trace]);
    expect(findLeaks(all, fates, options.similarity)).toEqual([]);
    const fresh = used(fates.filter((_, place) => order[place]! >= 400));
    expect(fresh.length).toBeGreaterThan(80);
    expect(new Set(fresh)).toEqual(new Set(['train', 'validation', 'test']));
    const limited = splitTraces(all, { ...pinned, limit: 250 }, seededRandom(seed)).fates;
    for (const [place, trace] of order.entries()) if (pins[trace]) expect(limited[place]).toBe(pins[trace]);
    expect(limited.filter((fate) => fate === 'train').length).toBeGreaterThanOrEqual(250);
  });

  test('what is not there any more draws what is alike to its side, and counts nowhere else', () => {
    const [first, ...rest] = entries;
    const again: TraceEntry = { ...first!, query: new Set([...first!.query, 'one', 'more']) };
    const pins: (Split | undefined)[] = ['validation'];
    const split = (isGone?: (trace: number) => boolean) =>
      splitTraces(TraceTable.from([first!, again, ...rest]).columns(), { ...options, pins, isGone }, seededRandom(1));
    expect(split().fates[1]).toBe('trace: repeats another one');
    expect(split((trace) => trace === 0).fates.slice(0, 2)).toEqual(['validation', 'validation']);
    const { lacking } = split((trace) => trace !== 1);
    expect(lacking.map(({ label }) => label)).toEqual(first!.labels.flatMap((label) => [label, label]));
  });

  test('without held-out shares all is for training', () => {
    const { fates } = splitTraces(columns, { ...options, validation: 0, test: 0 }, seededRandom(1));
    expect(new Set(used(fates))).toEqual(new Set(['train']));
  });
});

describe('leaks are found', () => {
  const entry = (id: string, part: Partial<TraceEntry>): TraceEntry => ({
    family: id,
    query: shingles(`query ${id.repeat(9)}`),
    calls: [],
    sequence: id,
    labels: ['t'],
    ...part,
  });
  const leaks = (...entries: TraceEntry[]) =>
    findLeaks(TraceTable.from(entries).columns(), ['train', 'test'], 0.7).map(({ what }) => what);

  test.each([
    ['same family', { family: 'f' }],
    ['same call', { calls: ['c'] }],
    ['near-duplicate query', { query: shingles('the same words') }],
  ])('of a %s', (what, part) => {
    expect(leaks(entry('a', part), entry('b', part))).toEqual([what]);
    expect(leaks(entry('a', part), entry('b', {}))).toEqual([]);
  });
});
