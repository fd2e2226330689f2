import type { Settings } from '../settings.ts';

/** Whether these settings change any sample. */
export function augments({ maskNames, distractors }: Settings['augment']): boolean {
  return maskNames > 0 || (distractors !== undefined && distractors.share > 0);
}
