import { expect, test } from 'vitest';
import { bfclSystem } from '../../../pipelines/bfcl/bfcl-metrics.ts';
import type { BfclRecord } from '../../../pipelines/bfcl/bfcl-record.ts';
import { CATEGORIES, type Category } from '../../../pipelines/bfcl/categories.ts';

const scores = { selection: true, args_exact: false, args_ast: true, schema_valid: true };
const record = (category: Category, right: boolean | null, more: Partial<BfclRecord> = {}): BfclRecord => ({
  ...{ system: 'base', case: '1', query: 'q', gold: [], predicted: [], text: '', why: '', errors: [] },
  ...{ steps: 1, latency_ms: 1, prefilled: 1, generated: 1 },
  ...scores,
  category,
  right,
  ...more,
});
const many = (category: Category, right: number, wrong: number) => [
  ...Array.from({ length: right }, () => record(category, true)),
  ...Array.from({ length: wrong }, () => record(category, false)),
];

const records = [
  ...many('simple', 4, 0),
  ...many('multiple', 1, 1),
  ...many('parallel', 0, 2),
  ...many('parallel_multiple', 1, 3),
  ...many('live_simple', 1, 1),
  ...many('live_multiple', 2, 0),
  ...many('live_parallel', 0, 1),
  ...many('live_parallel_multiple', 0, 1),
  ...many('irrelevance', 1, 0),
  ...many('live_irrelevance', 1, 3),
];
const weights = new Map(CATEGORIES.map((name): [Category, number] => [name, name === 'live_multiple' ? 7 : 1]));

test('non-live is the mean of its categories, live that of its questions, those that were not drawn included', () => {
  const { groups, categories } = bfclSystem(records, weights);
  expect(groups.non_live).toBeCloseTo((1 + 0.5 + 0 + 0.25) / 4);
  expect(groups.live).toBeCloseTo((0.5 * 1 + 1 * 7) / 10);
  expect(groups.irrelevance).toBeCloseTo((1 + 0.25) / 2);
  expect(categories.simple).toMatchObject({ accuracy: { value: 1, n: 4 }, args_exact: { value: 0 }, unscored: 0 });
});

test('a group without one of its categories has no figure; a category without answers neither', () => {
  const some = new Map([...weights].filter(([name]) => name !== 'parallel'));
  expect(bfclSystem(records, some).groups).toMatchObject({ non_live: null, live: expect.any(Number) });
  expect(bfclSystem(records, weights).categories.live_relevance!.accuracy).toBeNull();
});

test('unscored is neither right nor wrong, and is counted', () => {
  const lost = record('simple', null, { selection: null, args_exact: null, schema_valid: null });
  const { categories } = bfclSystem([...many('simple', 1, 1), lost], new Map([['simple', 3]]));
  expect(categories.simple).toMatchObject({ accuracy: { value: 0.5, n: 2 }, schema_valid: { n: 2 }, unscored: 1 });
});

test('counts the kinds of wrong arguments', () => {
  const errors: BfclRecord['errors'] = [
    { parameter: 'a', kind: 'missing' },
    { parameter: 'b', kind: 'made-up' },
  ];
  const rows = [record('simple', false, { errors }), record('simple', false, { errors: errors.slice(1) })];
  expect(bfclSystem(rows, new Map([['simple', 2]])).argument_errors).toEqual({
    missing: 1,
    extra: 0,
    'wrong-type': 0,
    'wrong-value': 0,
    'made-up': 2,
  });
});
