import type { McpBenchFigures, McpBenchTaskResult, RuleMetrics, Unscored } from '../../../core/suite-results.ts';
import { mean } from '../mean.ts';
import { AXIS_NAMES, type Judgement, meanJudgement } from './judgement.ts';
import { meanRules } from './rule-metrics.ts';

/** The figures of a system: means over its completed tasks. */
export function mcpBenchFigures(tasks: readonly McpBenchTaskResult[]): McpBenchFigures {
  const rules = meanRules(tasks.map((task) => task.rules));
  const judged = meanJudged(tasks);
  const used = tasks.map((task) => Object.keys(task.calls_per_server).length);
  return {
    tasks: tasks.length,
    rules,
    judged,
    overall: overallOf(rules, judged),
    rounds: mean(tasks.map((task) => task.rounds)) ?? 0,
    calls: mean(tasks.map((task) => task.calls)) ?? 0,
    servers_used: mean(used) ?? 0,
    cross_server_rate: mean(used.map((count) => Number(count > 1))) ?? 0,
  };
}

function meanJudged(tasks: readonly McpBenchTaskResult[]): McpBenchFigures['judged'] {
  const verdicts = tasks.flatMap(({ judged }) => (judged.state === 'scored' ? [judged.scores] : []));
  if (verdicts.length > 0) return { state: 'scored', ...meanJudgement(verdicts), tasks: verdicts.length };
  const why = tasks.flatMap(({ judged }) => (judged.state === 'unscored' ? [judged.why] : []));
  return { state: 'unscored', why: why[0] ?? 'no task was completed' };
}

/** As it reproduces the published table: the mean of the first three rule rates counts as much as each axis. */
function overallOf(
  { valid_tool_name_rate, input_schema_compliance, execution_success_rate }: RuleMetrics,
  judged: ({ state: 'scored' } & Judgement) | Unscored,
): McpBenchFigures['overall'] {
  const rates = [valid_tool_name_rate, input_schema_compliance, execution_success_rate].filter((rate) => rate !== null);
  const rule = mean(rates);
  if (judged.state === 'unscored') return { state: 'unscored', why: judged.why };
  if (rule === null) return { state: 'unscored', why: 'no call was made in any task' };
  return { state: 'scored', value: mean([rule, ...AXIS_NAMES.map((axis) => judged.axes[axis] / 10)])! };
}
