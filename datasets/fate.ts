import type { Split } from '../core/sample.ts';

/** What becomes of a trace: its split, or why it is not used. */
export type Fate = Split | `trace: ${string}` | `split: ${string}`;

/** The reason of a trace that says what another one says. */
export const REPEATED = 'trace: repeats another one' satisfies Fate;
/** Begins the reasons of traces that are nearly like one of another side. */
export const NEARLY_LIKE = 'split: its query is nearly that of';

export const SPLITS: readonly Split[] = ['train', 'validation', 'test'];

/** The split of a trace that is used. */
export function splitOf(fate: Fate): Split | undefined {
  return SPLITS.find((split) => split === fate);
}
