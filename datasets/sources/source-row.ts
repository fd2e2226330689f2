import type { ToolkitError } from '../../core/errors.ts';

/** One row of a file, or why it cannot be read. */
export type SourceRow = RowPlace & ({ value: Record<string, unknown> } | { trouble: ToolkitError });

export interface RowPlace {
  /** Which row it is, from 1. */
  number: number;
  /** Where it begins, from 1. */
  line: number;
}

/** Characters of the longest row: a file with a longer one is not what it is said to be, and must not fill the memory. */
export const LONGEST_ROW = 16_000_000;
