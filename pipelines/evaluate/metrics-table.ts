import type { Metrics, Share, SystemMetrics } from '../../core/metrics.ts';
import { alignColumns } from '../align-columns.ts';

const COLUMNS = [
  'system',
  'cases',
  'calls',
  'selection',
  'args exact',
  'args AST',
  'call accuracy [95%]',
  'schema valid',
  'executed',
  'p50 ms',
  'tokens in+out',
];

/** The systems side by side, for a terminal. */
export function metricsTable(metrics: Metrics): string {
  const rows = Object.entries(metrics.systems).map(([name, system]) => row(name, system));
  return alignColumns([COLUMNS, ...rows]);
}

function row(name: string, { overall, calls, latency_ms, tokens_per_call, unscored = 0 }: SystemMetrics): string[] {
  return [
    name,
    String(overall.n) + (unscored > 0 ? ` (${unscored} unscored)` : ''),
    String(calls.n),
    percent(overall.selection_accuracy),
    percent(overall.args_exact),
    percent(overall.args_ast),
    percentWithInterval(overall.call_accuracy),
    percent(overall.schema_valid),
    percent(overall.executed_ok),
    latency_ms === null ? '–' : latency_ms.p50.toFixed(0),
    tokens_per_call === null ? '–' : `${tokens_per_call.prefilled.toFixed(0)}+${tokens_per_call.generated.toFixed(0)}`,
  ];
}

/** `71.3%`; a dash where nothing could be scored. */
export function percent(share: Share): string {
  return share === null ? '–' : `${(100 * share.value).toFixed(1)}%`;
}

/** `71.3% [64–78]` */
export function percentWithInterval(share: Share): string {
  if (share === null) return '–';
  return `${percent(share)} [${(100 * share.low).toFixed(0)}–${(100 * share.high).toFixed(0)}]`;
}
