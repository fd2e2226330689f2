import type { Machine } from './bench-machine.ts';

/** A figure of a bench. */
export interface BenchRow {
  name: string;
  ratio: number;
  /** The ratio to reach, or not to exceed. */
  target: number;
  /** What nothing can exceed; null where there is no such bound. */
  limit: number | null;
  pass: boolean;
  /** What was measured, and how. */
  note: string;
}

/** What a bench found, and where. */
export interface BenchFigures {
  rows: BenchRow[];
  machine: Machine;
}
