import { quantile } from '../../scoring/quantile.ts';
import type { PredictionRow } from './prediction-row.ts';

/** What a step costs in a system. */
export interface StepCost {
  system: string;
  /** Quantiles of the time of a step, in ms. */
  latency: { p5: number; p50: number; p95: number; p99: number };
  /** Means. */
  prefilled: number;
  generated: number;
}

/** Of the systems that have predictions. */
export function stepCosts(bySystem: ReadonlyMap<string, readonly PredictionRow[]>): StepCost[] {
  return [...bySystem].flatMap(([system, rows]) => {
    if (rows.length === 0) return [];
    const times = rows.map(({ latency }) => latency).sort((a, b) => a - b);
    const mean = (of: (row: PredictionRow) => number) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
    const [p5, p50, p95, p99] = [0.05, 0.5, 0.95, 0.99].map((share) => quantile(times, share)) as [
      number,
      number,
      number,
      number,
    ];
    return [
      {
        system,
        latency: { p5, p50, p95, p99 },
        prefilled: mean((row) => row.prefilled),
        generated: mean((row) => row.generated),
      },
    ];
  });
}
