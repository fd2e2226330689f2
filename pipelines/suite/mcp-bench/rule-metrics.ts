import type { RuleMetrics } from '../../../core/suite-results.ts';
import { mean } from '../mean.ts';
import type { RunRecord } from '../run-record.ts';

/**
 * MCP-Bench's metrics of one run that need no judge. Of N calls, V name a tool on offer: valid names V / N; fitting arguments among V; calls that were carried out
 * without an error among N; failed ones among V. Shares of V are 0 where V is 0; without a call all four are `null`. Compliance of the planning: written calls
 * that name a tool, 1 where none was written.
 */
export function ruleMetrics({ calls, planned }: Pick<RunRecord, 'calls' | 'planned'>): RuleMetrics {
  const planning = planned.items === 0 ? 1 : planned.named / planned.items;
  const known = calls.filter(({ server }) => server !== null);
  const worked = calls.filter(({ executed, is_error }) => executed && !is_error);
  const share = (count: number, of: number) => (calls.length === 0 ? null : of === 0 ? 0 : count / of);
  return {
    valid_tool_name_rate: share(known.length, calls.length),
    input_schema_compliance: share(known.filter(({ schema_valid }) => schema_valid).length, known.length),
    execution_success_rate: share(worked.length, calls.length),
    valid_call_failure_rate: share(known.filter((call) => !worked.includes(call)).length, known.length),
    planning_json_compliance: planning,
  };
}

/** Means over runs; what is `null` for a run is left out. */
export function meanRules(runs: readonly RuleMetrics[]): RuleMetrics {
  const of = (name: keyof RuleMetrics) => mean(runs.flatMap((rules) => rules[name] ?? []));
  return {
    valid_tool_name_rate: of('valid_tool_name_rate'),
    input_schema_compliance: of('input_schema_compliance'),
    execution_success_rate: of('execution_success_rate'),
    valid_call_failure_rate: of('valid_call_failure_rate'),
    planning_json_compliance: of('planning_json_compliance'),
  };
}

/** Calls of each server. */
export function callsPerServer(calls: RunRecord['calls']): Record<string, number> {
  const servers = Map.groupBy(calls, ({ server }) => server);
  servers.delete(null);
  return Object.fromEntries([...servers].map(([server, members]) => [server!, members.length]));
}
