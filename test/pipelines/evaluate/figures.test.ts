import { expect, test } from 'vitest';
import { MetricsSchema } from '../../../core/metrics.ts';
import { evaluationMetrics } from '../../../pipelines/evaluate/evaluation-metrics.ts';
import { metricsTable } from '../../../pipelines/evaluate/metrics-table.ts';
import type { PredictionRecord } from '../../../pipelines/evaluate/prediction-record.ts';
import { RIGHT as right } from '../../fixtures/prediction-record.ts';

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

test('with a system that answered to nothing, or to other cases, there is no difference', () => {
  const about = { source: 'held-out', seed: 1, maxTokens: 96, inputs: {} } as const;
  const others = { ...right, system: 'monolithic', case: 'w#0', trace: 'w' };
  const rows = [right, { ...right, system: 'decoupled' }, others];
  const systems = ['base', 'silent', 'monolithic', 'decoupled'];
  const unscored = [{ system: 'silent', case: 't#0', why: 'failed many times' }];
  const metrics = MetricsSchema.parse(evaluationMetrics(rows, { ...about, systems, unscored }));
  expect(new Set(metrics.differences.map(({ reference }) => reference))).toEqual(new Set(['base']));
  expect(metrics.systems.silent).toMatchObject({ overall: { n: 0, call_accuracy: null }, unscored: 1 });
  expect(metricsTable(metrics)).toMatch(/silent +0 \(1 unscored\) +0 +– +–/);
});
