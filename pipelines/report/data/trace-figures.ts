import type { Split } from '../../../core/sample.ts';
import type { Trace } from '../../../core/trace.ts';
import { callsOf } from './calls-of.ts';
import { CrossTable } from './cross-table.ts';

/** What became of a trace. */
export type TraceUse = Split | 'not used';
export const TRACE_USES: readonly TraceUse[] = ['train', 'validation', 'test', 'not used'];

/** How many traces there are of what. */
export interface TraceFigures {
  /** All traces: who wrote them, where they went. */
  writers: CrossTable;
  /** The used ones: kind and difficulty. */
  kinds: CrossTable;
  /** In the used ones. */
  calls: number;
  /** Calls that have a result. */
  run: number;
  /** Results that are errors. */
  errors: number;
}

/** Figures without a trace. */
export function noFigures(): TraceFigures {
  return { writers: new CrossTable(), kinds: new CrossTable(), calls: 0, run: 0, errors: 0 };
}

export function addToFigures(figures: TraceFigures, trace: Trace, use: TraceUse): void {
  const { writer, kind, difficulty } = trace.provenance;
  figures.writers.add(writer, use);
  if (use === 'not used') return;
  figures.kinds.add(kind, difficulty);
  for (const { isError } of callsOf(trace)) {
    figures.calls += 1;
    if (isError !== undefined) figures.run += 1;
    if (isError) figures.errors += 1;
  }
}
