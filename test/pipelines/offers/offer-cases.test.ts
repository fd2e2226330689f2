import { expect, test } from 'vitest';
import type { Tool } from '../../../core/tool.ts';
import type { EvaluationCase } from '../../../pipelines/evaluate/evaluation-case.ts';
import { offerCases } from '../../../pipelines/offers/offer-cases.ts';

const tool = (id: string): Tool => ({
  id,
  server: 's',
  name: id,
  promptName: id,
  slug: id,
  group: 's',
  description: '',
  inputSchema: {},
  annotations: {},
  hash: id,
});
const named = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => tool(`${prefix}${index}`));
const own = named('own', 7);
const distractors = named('other', 9);

/** Two cases for each tool, two without a call, and one that comes after a call. */
const cases: EvaluationCase[] = [...own, ...own, undefined, undefined].map((gold, index) => ({
  id: `c${index}`,
  trace: `c${index}`,
  group: gold ? 's' : null,
  before: [{ role: 'user', content: `query ${index}` }],
  tools: own.map(({ id }) => id),
  gold: gold ? { tool: gold.id, arguments: {} } : { tool: null },
  alsoOk: [],
}));
const later: EvaluationCase = {
  ...cases[0]!,
  id: 'later',
  before: [
    { role: 'user', content: 'two things' },
    { role: 'assistant', call: { tool: 'own1', arguments: {} } },
    { role: 'tool', content: 'ok' },
  ],
};
const draw = (sizes: number[], seed = 1) =>
  offerCases([...cases, later], { own, distractors }, { sizes, most: 100 }, seed);

test('every case is there once a size, with its tool among as many different tools as the size says', () => {
  const groups = draw([16, 3, 7, 3]);
  expect(groups.map(({ size, distractors }) => [size, distractors])).toEqual([
    [3, 0],
    [7, 0],
    [16, 9],
  ]);
  for (const group of groups) {
    expect(group.cases.map(({ trace }) => trace).sort()).toEqual(cases.map(({ trace }) => trace).sort());
    for (const one of group.cases) {
      expect(new Set(one.tools).size).toBe(group.size);
      if (one.gold.tool !== null) expect(one.tools).toContain(one.gold.tool);
      const kept = one.tools.filter((id) => id.startsWith('own'));
      expect(kept).toEqual([...kept].sort());
      expect(kept).toHaveLength(Math.min(group.size, own.length));
    }
    // As few different prompts as can be, one after another.
    const prompts = group.cases.map(({ tools }) => tools.join());
    expect(new Set(prompts).size).toBeLessThanOrEqual(Math.ceil(own.length / group.size));
    expect(prompts.filter((prompt, index) => prompt !== prompts[index - 1])).toHaveLength(new Set(prompts).size);
  }
});

test('the same seed gives the same offers, another one others', () => {
  expect(draw([5])).toEqual(draw([5]));
  expect(draw([5], 2)).not.toEqual(draw([5]));
});

test('refuses more tools than there are', () => {
  expect(() => draw([17])).toThrow('offers.sizes has 17, but there are only 16 tools');
});
