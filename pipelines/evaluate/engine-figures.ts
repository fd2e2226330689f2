import type { SystemMetrics } from '../../core/metrics.ts';
import { quantile } from '../scoring/quantile.ts';
import type { PredictionRecord } from './prediction-record.ts';

/** What the engines in this machine took for a system's steps; nothing where it used none. */
export function engineFigures(rows: readonly PredictionRecord[]): Pick<SystemMetrics, 'switch_ms' | 'memory'> {
  const uses = rows.flatMap(({ engine }) => engine ?? []);
  if (uses.length === 0) return {};
  const switches = uses.flatMap(({ switches_ms }) => switches_ms ?? []).sort((a, b) => a - b);
  const states = uses.flatMap(({ state_bytes }) => state_bytes ?? []);
  return {
    ...(switches.length > 0 && {
      switch_ms: { p50: quantile(switches, 0.5), p95: quantile(switches, 0.95), n: switches.length },
    }),
    memory: {
      resident_peak: Math.max(...uses.map(({ resident_bytes }) => resident_bytes)),
      ...(states.length > 0 && { engine_state: Math.max(...states) }),
    },
  };
}
