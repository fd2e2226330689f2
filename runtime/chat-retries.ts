import { setTimeout } from 'node:timers/promises';
import { APIConnectionError, APIError } from 'openai';
import type { Random } from '../core/random.ts';
import { retryAfter } from '../core/retry-after.ts';

/** The endpoint answered with something that is no answer, or not in time. Nothing says that it does so again. */
export class BrokenAnswer extends Error {}

export interface RetryOptions {
  /** Tries in all. Those that the endpoint puts off with a `Retry-After` do not count, but take no more than `PATIENCE_MS` together. */
  tries: number;
  random: Random;
  signal: AbortSignal;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const PATIENCE_MS = 15 * 60_000;
const LEAST_ASKED_MS = 500;

/** Tries requests to one endpoint again where that may help. Where it asks for patience, all requests wait, not only the one that was told. */
export class ChatRetries {
  #notBefore = 0;

  /** @throws what `send` threw last; an AbortError on abort */
  async run<T>(send: () => Promise<T>, { tries, random, signal }: RetryOptions): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    for (let failed = 0; ; ) {
      await wait(this.#notBefore - Date.now(), random, signal);
      try {
        return await send();
      } catch (error) {
        signal.throwIfAborted();
        const asked = askedToWait(error);
        if (asked === undefined) failed += 1;
        if (!mayPass(error) || failed >= tries || Date.now() + (asked ?? 0) > deadline) throw error;
        if (asked === undefined)
          await wait(Math.min(FIRST_WAIT_MS * 2 ** (failed - 1), LONGEST_WAIT_MS), random, signal);
        else this.#notBefore = Math.max(this.#notBefore, Date.now() + asked);
      }
    }
  }
}

/** With up to a quarter more by chance, so that not all requests come back at once. */
async function wait(ms: number, random: Random, signal: AbortSignal): Promise<void> {
  if (ms > 0) await setTimeout(ms * (1 + random.next() / 4), undefined, { signal });
}

/** Whether the same request may succeed later: busy, broken or unreachable endpoints, but not where there is no credit left. */
export function mayPass(error: unknown): boolean {
  if (error instanceof BrokenAnswer || error instanceof APIConnectionError) return true;
  if (!(error instanceof APIError) || error.status === undefined) return false;
  if (isOutOfCredit(error)) return false;
  return [408, 409, 425, 429].includes(error.status) || error.status >= 500;
}

/** Whether an endpoint says that its user has to pay first: to ask again helps nothing. */
export function isOutOfCredit(error: APIError): boolean {
  return error.status === 402 || error.code === 'insufficient_quota' || error.type === 'insufficient_quota';
}

/** `undefined` where it asks for none, or none to speak of. */
function askedToWait(error: unknown): number | undefined {
  const ms = error instanceof APIError ? retryAfter(error.headers) : undefined;
  return ms !== undefined && ms >= LEAST_ASKED_MS ? ms : undefined;
}
