const SHORTEST = 96;
/** Room for an answer beside the longest prompt. */
export const MOST_TOKENS = 1024;

/** Most tokens of one generation: room for what is twice as long as the right thing. */
export function generationLimit(longest: number): number {
  return Math.min(MOST_TOKENS, Math.max(SHORTEST, 2 * longest));
}
