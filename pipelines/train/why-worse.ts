/** How well an adapter wrote the arguments of validation calls, as a trainer tells it. */
export interface Validation {
  /** Mean of the trained tokens. */
  loss: number;
  /** Share of the calls that are right, each token being the first choice behind the gold ones, and how many there are. */
  exact?: number;
  calls?: number;
}

/** Of the calls, so many may be wrong that were right; one in any case, as a few calls have coarse shares. */
const MOST_LOST = 0.05;
/** 5/6 − 1/6 is more than 4/6. */
const ROUNDING = 1e-9;
/** The loss may be so much higher: a tenth, and a little where it is next to nothing. */
const MOST_LOSS = { factor: 1.1, more: 0.02 };

/**
 * Why an adapter is worse than it was: under its tool's new name, or after it went on from what it was. `undefined` where it is about as good. The validation
 * samples of both are the same but for what changed tools brought and took, which for the adapter of a changed tool may be all.
 */
export function whyWorse(before: Validation, now: Validation): string | undefined {
  const most = MOST_LOSS.factor * before.loss + MOST_LOSS.more;
  // A figure that is none is worse, too.
  if (!(now.loss <= most))
    return `its validation loss is ${now.loss.toFixed(3)}, was ${before.loss.toFixed(3)} (at most ${most.toFixed(3)})`;
  if (before.exact === undefined || now.exact === undefined) return undefined;
  const least = before.exact - Math.max(MOST_LOST, 1 / now.calls!);
  if (now.exact >= least - ROUNDING) return undefined;
  return `it writes ${percent(now.exact)} of ${now.calls} validation calls right, wrote ${percent(before.exact)} (at least ${percent(least)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
