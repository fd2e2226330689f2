/** Raised where the same bundle and cases give other predictions, scores or figures, so that older ones count as stale. */
export const SCORING_VERSION = 3;
