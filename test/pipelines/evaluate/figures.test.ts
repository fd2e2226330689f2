import { expect, test } from 'vitest';
import { MetricsSchema } from '../../../core/metrics.ts';
import { evaluationMetrics } from '../../../pipelines/evaluate/evaluation-metrics.ts';
import { metricsTable } from '../../../pipelines/evaluate/metrics-table.ts';
import { pairedDifference } from '../../../pipelines/evaluate/paired-difference.ts';
import type { PredictionRecord } from '../../../pipelines/evaluate/prediction-record.ts';
import { quantile } from '../../../pipelines/evaluate/quantile.ts';
import { wilson } from '../../../pipelines/evaluate/wilson.ts';
import { RIGHT as right } from '../../fixtures/prediction-record.ts';

// Reference values: statsmodels' proportion_confint(method='wilson').
test.each([
  [0, 10, 0, 0.2775327998628892],
  [10, 10, 0.7224672001371107, 1],
  [5, 10, 0.2365930909561106, 0.7634069090438894],
  [81, 263, 0.2552966120243137, 0.3662211961738302],
])('Wilson interval of %i of %i', (right, n, low, high) => {
  const share = wilson(right, n)!;
  expect(share.value).toBe(right / n);
  expect(share.low).toBeCloseTo(low, 4);
  expect(share.high).toBeCloseTo(high, 4);
});

test('no cases, no share', () => {
  expect(wilson(0, 0)).toBeNull();
});

test('quantiles are interpolated', () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
  expect(quantile([7], 0.95)).toBe(7);
});

test('the interval of a difference is seeded, holds its value, and is wider where steps of a trace hang together', () => {
  const single = Array.from({ length: 200 }, (_, index) => ({ cases: 1, surplus: index % 4 === 0 ? 1 : 0 }));
  const traces = Array.from({ length: 48 }, (_, index) => ({ cases: 4, surplus: index % 4 === 0 ? 4 : 0 }));
  const a = pairedDifference(single, [1, 'a']);
  expect(pairedDifference(single, [1, 'a'])).toEqual(a);
  expect(a.value).toBe(0.25);
  // Normal approximation: 1.96 * sqrt(0.25 * 0.75 / 200) = 0.06.
  expect(a.low).toBeCloseTo(0.19, 1);
  expect(a.high).toBeCloseTo(0.31, 1);
  const b = pairedDifference(traces, [1, 'a']);
  expect(b.value).toBe(0.25);
  expect(b.high - b.low).toBeGreaterThan(1.7 * (a.high - a.low));
});

const wrong = { selection: false, args_exact: false, args_ast: false };

test('figures of a small evaluation by hand', () => {
  const base: PredictionRecord[] = [
    right,
    {
      ...right,
      case: 't#1',
      args_exact: false,
      args_ast: false,
      executed_ok: false,
      outcome: 'wrong_value',
      latency_ms: 20,
    },
    {
      ...right,
      case: 'u#0',
      trace: 'u',
      ...wrong,
      predicted: null,
      malformed: 'no JSON',
      executed_ok: false,
      schema_valid: false,
      outcome: 'malformed',
      latency_ms: 30,
    },
    {
      ...right,
      case: 'v#0',
      trace: 'v',
      group: null,
      gold: { tool: null },
      ...wrong,
      predicted: { name: 'made_up', tool: null, arguments: {} },
      executed_ok: null,
      schema_valid: false,
      outcome: 'needless_call',
      latency_ms: 40,
    },
  ];
  const decoupled = base.map((row) => ({
    ...right,
    case: row.case,
    trace: row.trace,
    group: row.group,
    gold: row.gold,
    system: 'decoupled',
  }));
  const about = { systems: ['base', 'decoupled'], source: 'held-out', seed: 1, maxTokens: 96, inputs: {} } as const;
  const metrics = MetricsSchema.parse(evaluationMetrics([...base, ...decoupled], about));
  const { overall, calls, groups, tools, confusion, outcomes, latency_ms, tokens_per_call } = metrics.systems.base!;
  expect(metrics.cases).toEqual({ source: 'held-out', n: 4, calls: 3, traces: 3 });
  expect([overall.n, calls.n, groups.files!.n, tools['files.read']!.n, tools.respond!.n]).toEqual([4, 3, 3, 3, 1]);
  expect(Object.keys(groups)).toEqual(['files']);
  expect(overall.selection_accuracy).toMatchObject({ value: 0.5, n: 4 });
  expect(overall.call_accuracy).toMatchObject({ value: 0.25 });
  expect(overall.schema_valid).toMatchObject({ value: 0.5 });
  expect(overall.executed_ok).toMatchObject({ value: 1 / 3, n: 3 });
  expect(overall.arguments_given_tool).toMatchObject({ value: 0.5, n: 2 });
  expect(latency_ms).toEqual({ p50: 25, p95: 38.5 });
  expect(tokens_per_call).toEqual({ prefilled: 100, generated: 20 });
  expect(outcomes).toEqual({ right: 1, wrong_value: 1, malformed: 1, needless_call: 1 });
  expect(confusion).toEqual([
    { gold: 'files.read', predicted: 'files.read', count: 2 },
    { gold: 'files.read', predicted: 'malformed', count: 1 },
    { gold: 'respond', predicted: 'made_up', count: 1 },
  ]);
  expect(metrics.differences.map(({ system, reference, score, value }) => [system, reference, score, value])).toEqual([
    ['decoupled', 'base', 'selection_accuracy', 0.5],
    ['decoupled', 'base', 'args_exact', 0.75],
    ['decoupled', 'base', 'call_accuracy', 0.75],
  ]);
  expect(metricsTable(metrics)).toMatchInlineSnapshot(`
    "system     cases  calls  selection  args exact  args AST  call accuracy [95%]  schema valid  executed  p50 ms  tokens in+out
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    base           4      3      50.0%       25.0%     25.0%         25.0% [5–70]         50.0%     33.3%      25         100+20
    decoupled      4      3     100.0%      100.0%    100.0%      100.0% [51–100]        100.0%    100.0%      10         100+20"
  `);
});
