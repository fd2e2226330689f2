import type { Buckets } from './buckets.ts';
import type { SetsView } from './token-sets.ts';

/** What dedupe and split need to know of all traces; traces, families, sequences and calls go by numbers. */
export interface TraceColumns {
  /** How many traces there are. */
  readonly count: number;
  /** Shingles of the queries, by trace; empty for `repeats`. */
  readonly queries: SetsView;
  readonly families: { readonly count: number; readonly of: Uint32Array };
  /** A short fingerprint of all of a trace's calls in their order. */
  readonly sequenceOf: Uint32Array;
  /** The tools that a trace calls, or `respond`. */
  readonly labelsOf: (trace: number) => readonly string[];
  /** A trace's different calls that have at least one argument. */
  readonly callsOf: Buckets;
  /** The traces that make a call, ascending. */
  readonly tracesOf: Buckets;
  /** Traces with the query and the calls of an earlier one. */
  readonly repeats: Uint32Array;
}
