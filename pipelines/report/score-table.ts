import type { SystemMetrics } from '../../core/metrics.ts';
import { percent, percentWithInterval } from '../evaluate/metrics-table.ts';
import { isMain, reportedScores, shareOf } from './score-names.ts';

/** The figures of the systems as text: a head, and a row for each system. */
export function scoreTable(systems: Readonly<Record<string, SystemMetrics>>): { head: string[]; rows: string[][] } {
  const scores = reportedScores(Object.values(systems));
  const rows = Object.entries(systems).map(([name, { overall, latency_ms, tokens_per_call, unscored = 0 }]) => [
    name,
    unscored > 0 ? `${overall.n} (${unscored} unscored)` : String(overall.n),
    ...scores.map((score) => (isMain(score) ? percentWithInterval : percent)(shareOf(overall, score))),
    latency_ms ? `${latency_ms.p50.toFixed(0)} ms` : '–',
    tokens_per_call ? `${tokens_per_call.prefilled.toFixed(0)} + ${tokens_per_call.generated.toFixed(0)}` : '–',
  ]);
  return { head: ['System', 'Steps', ...scores.map(({ title }) => title), 'Median time', 'Tokens in + out'], rows };
}
