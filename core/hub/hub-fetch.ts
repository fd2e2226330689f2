import { setTimeout } from 'node:timers/promises';
import { retryAfter } from '../retry-after.ts';

/** Tries of one request, or of one download that gets nowhere. */
export const HUB_TRIES = 5;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;

/** `fetch` that tries again where the Hub is busy (429), fails (5xx) or cannot be reached; it waits as long as the Hub asks for. */
export function hubFetch(signal: AbortSignal): typeof fetch {
  return async (input, init) => {
    for (let tried = 1; ; tried++) {
      const response = await fetch(input, { ...init, signal }).catch((error: unknown) => {
        if (tried === HUB_TRIES || signal.aborted) throw error;
        return undefined;
      });
      if (response !== undefined && (tried === HUB_TRIES || !isPassing(response.status))) return response;
      await response?.body?.cancel();
      await setTimeout(waitAfter(tried, response), undefined, { signal });
    }
  };
}

function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}

/** As long as the answer asks for, or else doubling from try to try. */
export function waitAfter(tried: number, response?: Response): number {
  return Math.min(LONGEST_WAIT_MS, retryAfter(response?.headers) ?? FIRST_WAIT_MS * 2 ** (tried - 1));
}
