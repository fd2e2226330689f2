import type { Probe } from '../../trainers/gguf/gguf-probe.ts';

/** An adapter is added to each matrix at every position alike, so a piece of the prompt proves it as well as the whole. */
const WINDOW = 384;

/**
 * Cuts probes down to their last part, to save time. All start at the same token where their lengths allow it, so that
 * what they share (the tools) stays shared, and is computed once.
 */
export function windowProbes(probes: readonly Probe[]): Probe[] {
  const common = Math.max(0, Math.min(...probes.map(({ from }) => from)) - WINDOW);
  return probes.map(({ id, tokens, from }) => {
    const start = from - common <= 2 * WINDOW ? common : from - WINDOW;
    return { id, tokens: tokens.slice(start), from: from - start };
  });
}
