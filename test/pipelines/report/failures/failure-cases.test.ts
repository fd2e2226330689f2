import { expect, test } from 'vitest';
import type { PredictionRecord } from '../../../../pipelines/evaluate/prediction-record.ts';
import { FailureCollector } from '../../../../pipelines/report/failures/failure-cases.ts';
import { RIGHT } from '../../../fixtures/prediction-record.ts';

const wrong: PredictionRecord = {
  ...RIGHT,
  predicted: { name: 'made_up', tool: null, arguments: { path: 1 } },
  selection: false,
  args_exact: false,
  args_ast: false,
  schema_valid: false,
  executed_ok: null,
  outcome: 'wrong_tool',
  why: 'no such tool',
};

test('keeps the cases in which a system failed, with what all made of them, in the order of the systems', () => {
  const collector = new FailureCollector(['base', 'decoupled']);
  for (const record of [
    RIGHT,
    { ...RIGHT, system: 'decoupled' },
    { ...wrong, case: 'u#0', system: 'decoupled', ranked: [{ tool: null, probability: 0.123456 }] },
    { ...RIGHT, case: 'u#0' },
    { ...wrong, case: 'v#0', system: 'unknown' },
  ])
    collector.add(record);
  const { total, cases } = collector.found();
  expect([total, cases.length]).toEqual([1, 1]);
  expect(cases[0]).toMatchObject({
    id: 'u#0',
    trace: 't',
    wanted: 'files.read',
    gold: { tool: 'files.read', given: [] },
  });
  expect(cases[0]!.made).toMatchObject([
    { system: 0, outcome: 'right', scores: '11111', chosen: 'files.read' },
    {
      system: 1,
      outcome: 'wrong_tool',
      scores: '0000-',
      chosen: 'made_up',
      call: { tool: 'made_up', given: [['path', '1']] },
      ranked: [[null, 0.1235]],
    },
  ]);
  expect(cases[0]!.made[0]).not.toHaveProperty('call');
});

test('huge texts, and arguments that are none, stay small; what finds no room is counted', () => {
  const huge = '😀'.repeat(100_000);
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`parameter ${at}`, huge.slice(0, 1000)]));
  const cases: PredictionRecord[] = [
    { ...wrong, case: 'a', query: huge, why: huge, predicted: { name: huge, tool: null, arguments: many } },
    { ...wrong, case: 'b', malformed: huge, text: huge, predicted: null },
    { ...wrong, case: 'c', predicted: { name: 'read', tool: 'files.read', arguments: [huge] } },
  ];
  const collector = new FailureCollector(['base']);
  for (const one of cases) collector.add(one);
  const found = collector.found();
  expect(found.cases).toHaveLength(3);
  expect(JSON.stringify(found).length).toBeLessThan(40_000);
  expect(found.cases[0]!.made[0]!.call!.given.at(-1)).toEqual(['…', '470 more']);
  expect(found.cases[2]!.made[0]!.call!.given[0]![0]).toBe('');

  const small = new FailureCollector(['base'], 1500);
  for (let at = 0; at < 50; at++) small.add({ ...wrong, case: `case ${at}` });
  const { total, cases: kept } = small.found();
  expect(total).toBe(50);
  expect(kept.length).toBeGreaterThan(1);
  expect(kept.length).toBeLessThan(10);
});
