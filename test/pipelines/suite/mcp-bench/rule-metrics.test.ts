import { expect, test } from 'vitest';
import { callsPerServer, meanRules, ruleMetrics } from '../../../../pipelines/suite/mcp-bench/rule-metrics.ts';
import type { CallRecord } from '../../../../pipelines/suite/run-record.ts';

function call(server: string | null, more: Partial<CallRecord> = {}): CallRecord {
  const about = { round: 1, tool: 'a.b', content: '', ms: 1, arguments: {} };
  const known = server !== null;
  return { ...about, server, schema_valid: known, executed: known, is_error: !known, ...more };
}
const good = call('a');
const unknown = call(null);
const misfit = call('a', { schema_valid: false, executed: false, is_error: true });
const broken = call('b', { is_error: true });

const planned = { items: 4, named: 4 };
type Row = [what: string, calls: CallRecord[], (number | null)[]];

test.each<Row>([
  ['no call: nothing to look at', [], [null, null, null, null]],
  ['all good', [good, good], [1, 1, 1, 0]],
  ['one of two names is known', [good, unknown], [0.5, 1, 0.5, 0]],
  ['no name is known: shares of them are 0', [unknown, unknown], [0, 0, 0, 0]],
  ['a call that does not fit failed, with a known name', [good, misfit], [1, 0.5, 0.5, 0.5]],
  ['an error of the tool', [good, broken], [1, 1, 0.5, 0.5]],
  ['all kinds', [good, unknown, misfit, broken], [3 / 4, 2 / 3, 1 / 4, 2 / 3]],
])('%s', (_, calls, [names, schema, success, failure]) => {
  expect(ruleMetrics({ calls, planned })).toEqual({
    valid_tool_name_rate: names,
    input_schema_compliance: schema,
    execution_success_rate: success,
    valid_call_failure_rate: failure,
    planning_json_compliance: 1,
  });
});

test.each([
  [{ items: 0, named: 0 }, 1],
  [{ items: 4, named: 3 }, 0.75],
  [{ items: 2, named: 0 }, 0],
])('of the planned items %o that name a tool: %d', (items, share) => {
  expect(ruleMetrics({ calls: [], planned: items }).planning_json_compliance).toBe(share);
});

test('nulls are left out of means', () => {
  const means = meanRules([[], [good, unknown], [good]].map((calls) => ruleMetrics({ calls, planned })));
  expect(means.valid_tool_name_rate).toBe(0.75);
  expect(means.planning_json_compliance).toBe(1);
  expect(meanRules([ruleMetrics({ calls: [], planned })]).execution_success_rate).toBeNull();
});

test('calls are counted by server, unknown tools not', () => {
  expect(callsPerServer([good, unknown, misfit, broken])).toEqual({ a: 2, b: 1 });
});
