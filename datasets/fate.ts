import type { Split } from '../core/sample.ts';

/** What becomes of a trace: its split, or why it is not used. */
export type Fate = Split | `trace: ${string}` | `split: ${string}`;

export const SPLITS: readonly Split[] = ['train', 'validation', 'test'];

/** The split of a trace that is used. */
export function splitOf(fate: Fate): Split | undefined {
  return SPLITS.find((split) => split === fate);
}
