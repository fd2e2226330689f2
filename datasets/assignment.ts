import type { Split } from '../core/sample.ts';
import type { SplitShares } from './assign-units.ts';
import type { Buckets } from './buckets.ts';
import type { Fate } from './fate.ts';
import type { Pins } from './pins.ts';
import type { TraceColumns } from './trace-columns.ts';

/** The traces as they were dealt out. */
export interface Assignment {
  columns: TraceColumns;
  /** The traces that were dealt out, ascending. */
  members: Uint32Array;
  similar: Buckets;
  /** For each trace; where one is dropped its reason takes the place of its split. */
  fates: Fate[];
  shares: SplitShares;
  /** Traces that stay where they are. */
  pins: Pins;
}

/** Which side stays, in doubt. */
export const PRIORITY: readonly Split[] = ['test', 'validation', 'train'];

/** The share of the traces that a split should have. */
export function shareOf(split: Split, { test, validation }: SplitShares): number {
  return { test, validation, train: 1 - test - validation }[split];
}

/** What losing a trace of a split costs: between counting traces (train always wins) and shares (one of test is worth four of train). */
export function weightOf(split: Split, shares: SplitShares): number {
  const share = split === 'validation' ? Math.max(shares.validation, shares.test) : shareOf(split, shares);
  return 1 / Math.sqrt(share);
}
