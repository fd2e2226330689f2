import type { McpBenchTaskResult } from '../../../core/suite-results.ts';
import { hashTaskFiles } from '../hash-task-files.ts';
import { NO_JUDGE, type Suite } from '../suite.ts';
import { mcpBenchFigures } from './figures.ts';
import { judgeRun, MCP_BENCH_JUDGE } from './judge-run.ts';
import { callsPerServer, ruleMetrics } from './rule-metrics.ts';
import { type McpBenchTask, readMcpBenchTasks } from './task-files.ts';

/**
 * MCP-Bench (arXiv 2508.20453): fuzzy tasks over the tools of one to three servers, among those of others. Its own task files are read as they are.
 * @param files absolute
 */
export function mcpBench(files: readonly string[]): Suite<McpBenchTask, McpBenchTaskResult> {
  return {
    version: MCP_BENCH_JUDGE,
    inputs: () => hashTaskFiles(files, 'a task file of MCP-Bench, as tasks/mcpbench_tasks_single_runner_format.json'),
    findTasks: async () => ({ tasks: await readMcpBenchTasks(files), notRun: [] }),
    async scoreRun(run, { judge, verdicts, seed }) {
      const { record } = run;
      return {
        task: record.task,
        servers: record.servers,
        end: record.end,
        rounds: record.rounds,
        calls: record.calls.length,
        rules: ruleMetrics(record),
        calls_per_server: callsPerServer(record.calls),
        judged:
          judge === undefined ? { state: 'unscored', why: NO_JUDGE } : await judgeRun(judge, run, { verdicts, seed }),
      };
    },
    results: (about, tasks) => ({
      ...about,
      suite: 'mcp-bench',
      figures: mcpBenchFigures(tasks),
      by_servers: Object.fromEntries(
        [...Map.groupBy(tasks, ({ servers }) => servers.length)]
          .sort(([a], [b]) => a - b)
          .map(([count, members]) => [String(count), mcpBenchFigures(members)]),
      ),
      tasks: [...tasks],
    }),
  };
}
