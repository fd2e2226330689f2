/**
 * The phrases for one concept. Each entry is one way of asking, and one family of traces.
 * - ends with `?`: a question; ends with `.`: statements; else a request in lower case, which gets a frame ("could you …?")
 * - `{file}` and the like: a value in words (see render.ts); `{a|b}`: either; `{of}`: where "the first 5 lines of" may stand
 */
export interface PhraseBank {
  /** The tool's own words, everything named plainly. */
  easy: readonly string[];
  /** Other words for the same. */
  medium: readonly string[];
  /** Told by the goal or the occasion. */
  hard: readonly string[];
}
