import type { McpBenchResults, SuiteResults, ToolFitResults } from '../../core/suite-results.ts';
import { alignColumns } from '../align-columns.ts';

/** The results of the systems that ran one suite, side by side, and what was not scored, for a terminal. @param results at least one */
export function suiteTable(results: readonly SuiteResults[]): string {
  const mcpBench = results.filter((one) => one.suite === 'mcp-bench');
  const toolFit = results.filter((one) => one.suite === 'toolfit');
  const tables = [
    ...(mcpBench.length > 0 ? [alignColumns([MCP_BENCH, ...mcpBench.map(mcpBenchRow)])] : []),
    ...(toolFit.length > 0 ? [alignColumns([TOOLFIT, ...toolFit.map(toolFitRow)])] : []),
  ];
  return [...tables, ...new Set(results.flatMap(remarks))].join('\n');
}

const MCP_BENCH = [
  'system',
  'tasks',
  'names',
  'schema',
  'success',
  'completion',
  'tool usage',
  'planning',
  'overall',
  'rounds',
];

function mcpBenchRow({ system, figures }: McpBenchResults): string[] {
  const { rules, judged, overall, rounds, tasks } = figures;
  const axes = judged.state === 'scored' ? judged.axes : undefined;
  return [
    system,
    String(tasks),
    percent(rules.valid_tool_name_rate),
    percent(rules.input_schema_compliance),
    percent(rules.execution_success_rate),
    points(axes?.task_completion),
    points(axes?.tool_usage),
    points(axes?.planning),
    overall.state === 'scored' ? overall.value.toFixed(3) : 'unscored',
    rounds.toFixed(1),
  ];
}

const TOOLFIT = ['system', 'tasks', 'scored', 'coverage', 'score of 10', 'requirements', 'by program'];

function toolFitRow({ system, figures: { tasks, coverage, requirements, by_program } }: ToolFitResults): string[] {
  const scored = coverage.state === 'scored' ? coverage : undefined;
  return [
    system,
    String(tasks),
    String(scored?.tasks ?? 0),
    scored === undefined ? 'unscored' : percent(scored.coverage),
    points(scored?.score),
    `${requirements.satisfied}/${requirements.all}`,
    `${by_program.satisfied}/${by_program.all}`,
  ];
}

function percent(rate: number | null): string {
  return rate === null ? '–' : `${(100 * rate).toFixed(1)}%`;
}

function points(score: number | undefined): string {
  return score === undefined ? 'unscored' : score.toFixed(2);
}

function remarks({ system, counts, judge, not_run }: SuiteResults): string[] {
  const { found, completed, failed, not_drawn } = counts;
  return [
    ...(judge === null
      ? ['No model judges (`suite.judge` in workspace.yaml): what only it can tell is unscored.']
      : []),
    ...(completed < found
      ? [`${system}: ${completed} of ${found} tasks completed, ${failed} failed, ${not_drawn} not drawn`]
      : []),
    ...not_run.map(({ why, tasks }) => `not run, ${tasks.length}: ${why}`),
  ];
}
