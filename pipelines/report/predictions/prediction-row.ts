import type { Outcome } from '../../../core/metrics.ts';
import type { PredictionRecord } from '../../evaluate/prediction-record.ts';
import type { ScoredRow } from '../../evaluate/summarize.ts';
import type { ArgumentError } from '../../scoring/argument-errors.ts';

/** What of a prediction is counted: of all of them this is kept. */
export interface PredictionRow extends ScoredRow {
  group: string | null;
  /** Id of the gold's tool; `null`: no call. */
  tool: string | null;
  outcome: Outcome;
  /** Of the selection, where the system gives one. */
  probability?: number;
  errors: readonly ArgumentError[];
  latency: number;
  prefilled: number;
  generated: number;
}

export function predictionRow(record: PredictionRecord): PredictionRow {
  const { selection, args_exact, args_ast, outcome, prefilled, generated } = record;
  return {
    case: record.case,
    trace: record.trace,
    group: record.group,
    tool: record.gold.tool,
    selection,
    args_exact,
    args_ast,
    outcome,
    probability: record.ranked?.[0]?.probability,
    errors: record.errors ?? [],
    latency: record.latency_ms,
    prefilled,
    generated,
  };
}
