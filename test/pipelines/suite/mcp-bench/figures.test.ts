import { expect, test } from 'vitest';
import type { JudgedRun, McpBenchTaskResult } from '../../../../core/suite-results.ts';
import { mcpBenchFigures } from '../../../../pipelines/suite/mcp-bench/figures.ts';
import { meanJudgement } from '../../../../pipelines/suite/mcp-bench/judgement.ts';

function judged(points: [number, number, number, number, number, number]): JudgedRun {
  const [task_fulfillment, grounding, tool_appropriateness, parameter_accuracy, dependency_awareness, last] = points;
  const scores = { task_fulfillment, grounding, tool_appropriateness, parameter_accuracy, dependency_awareness };
  const all = meanJudgement([{ ...scores, parallelism_and_efficiency: last }]);
  return { state: 'scored', ...all, verdicts: 5, of: 5 };
}
const unscored: JudgedRun = { state: 'unscored', why: 'nobody judges' };

function task(rates: (number | null)[], verdict: JudgedRun, servers: string[] = ['a']): McpBenchTaskResult {
  const [names = null, schema = null, success = null] = rates;
  return {
    task: 't',
    servers,
    end: 'answer',
    rounds: 3,
    calls: 2,
    rules: {
      valid_tool_name_rate: names,
      input_schema_compliance: schema,
      execution_success_rate: success,
      valid_call_failure_rate: 0,
      planning_json_compliance: 1,
    },
    calls_per_server: Object.fromEntries(servers.map((server) => [server, 1])),
    judged: verdict,
  };
}

test('overall: the three rates together count as much as each axis', () => {
  const { overall, judged: means } = mcpBenchFigures([task([1, 0.8, 0.6], judged([6, 8, 5, 7, 2, 4]))]);
  expect(means).toMatchObject({ axes: { task_completion: 7, tool_usage: 6, planning: 3 } });
  // (0.8 + 0.7 + 0.6 + 0.3) / 4
  expect(overall).toEqual({ state: 'scored', value: expect.closeTo(0.6, 10) });
});

test('a task without calls counts for the judge, not for the rates; one without a verdict the other way round', () => {
  const figures = mcpBenchFigures([
    task([null, null, null], judged([2, 2, 2, 2, 2, 2]), []),
    task([1, 1, 1], judged([4, 4, 4, 4, 4, 4]), ['a', 'b']),
    task([0.5, 0.5, 0.5], unscored),
  ]);
  expect(figures.rules.valid_tool_name_rate).toBe(0.75);
  expect(figures.judged).toMatchObject({ tasks: 2, scores: { grounding: 3 } });
  expect(figures).toMatchObject({ tasks: 3, servers_used: 1, cross_server_rate: expect.closeTo(1 / 3, 10) });
});

test('without a judge, or without any call, there is no overall figure', () => {
  expect(mcpBenchFigures([task([1, 1, 1], unscored)])).toMatchObject({
    judged: unscored,
    overall: { state: 'unscored', why: 'nobody judges' },
  });
  const silent = mcpBenchFigures([task([null, null, null], judged([1, 1, 1, 1, 1, 1]), [])]);
  expect(silent.overall).toEqual({ state: 'unscored', why: 'no call was made in any task' });
  expect(mcpBenchFigures([]).overall).toEqual({ state: 'unscored', why: 'no task was completed' });
});
