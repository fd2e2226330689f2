import { setTimeout } from 'node:timers/promises';
import { retryAfter } from '../retry-after.ts';

/** Tries of one request, or of one download that gets nowhere. */
export const HUB_TRIES = 5;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;

/**
 * `fetch` that tries again where the Hub is busy (429), fails (5xx) or cannot be reached; it waits as long as the Hub asks for. The token goes to
 * the Hub's own address only: answers name addresses too (the next page of a list), and `fetch` itself drops it on redirections to other hosts.
 */
export function hubFetch(signal: AbortSignal, hub: string): typeof fetch {
  const { origin } = new URL(hub);
  return async (input, given) => {
    const init = { ...given };
    if (new Request(input).url.startsWith(`${origin}/`) === false) init.headers = withoutToken(init.headers);
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

function withoutToken(headers?: RequestInit['headers']): Headers {
  const cleared = new Headers(headers);
  cleared.delete('authorization');
  return cleared;
}

function isPassing(status: number): boolean {
  return status === 429 || status >= 500;
}

/** As long as the answer asks for, or else doubling from try to try. */
export function waitAfter(tried: number, response?: Response): number {
  return Math.min(LONGEST_WAIT_MS, retryAfter(response?.headers) ?? FIRST_WAIT_MS * 2 ** (tried - 1));
}
