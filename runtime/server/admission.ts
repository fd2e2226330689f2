import PQueue from 'p-queue';
import { ApiError } from './api-error.ts';

/** Guesses of how long to wait are not believed beyond this. */
const LONGEST_RETRY_SECONDS = 60;
/** How much the last request counts in the mean. */
const WEIGHT = 0.2;

/**
 * Lets as many requests at a time have the engine as it answers side by side, keeps some waiting and turns the others away. Who hangs up while waiting leaves the queue at
 * once; who does so later leaves the engine when the work has noticed.
 */
export class Admission {
  readonly #queue: PQueue;
  readonly #most: number;
  #meanSeconds = 1;
  #isClosed = false;

  /**
   * @param most requests that may wait
   * @param parallel requests that the engine is given at a time
   */
  constructor(most: number, parallel: number) {
    this.#most = most;
    this.#queue = new PQueue({ concurrency: parallel });
  }

  get waiting(): number {
    return this.#queue.size;
  }

  get running(): number {
    return this.#queue.pending;
  }

  /** Whether it takes no more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @throws ApiError (429) where too many wait, (503) after `close`; the signal's reason where it aborts */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    if (this.#isClosed)
      throw new ApiError(503, 'shutting_down', 'The server is shutting down.', { retryAfterSeconds: 5 });
    if (this.running >= this.#queue.concurrency && this.waiting >= this.#most) {
      const retryAfterSeconds = this.#expectedWait();
      const what = `The engine answers ${this.#atATime()} at a time, and ${this.waiting} are waiting: try again in ${retryAfterSeconds} s.`;
      throw new ApiError(429, 'queue_full', what, { retryAfterSeconds });
    }
    // The queue would count work as done as soon as its signal aborts: it gets one that only counts for waiting.
    const waits = new AbortController();
    const leave = () => waits.abort(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await this.#queue.add(
        () => {
          signal.removeEventListener('abort', leave);
          return this.#timed(work);
        },
        { signal: waits.signal },
      );
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Takes no more; those that were taken go on. */
  close(): void {
    this.#isClosed = true;
  }

  async #timed<T>(work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.#meanSeconds += WEIGHT * ((performance.now() - started) / 1000 - this.#meanSeconds);
    }
  }

  #atATime(): string {
    const { concurrency } = this.#queue;
    return concurrency === 1 ? 'one request' : `${concurrency} requests`;
  }

  #expectedWait(): number {
    const seconds = Math.ceil((this.#meanSeconds * (this.waiting + 1)) / this.#queue.concurrency);
    return Math.min(LONGEST_RETRY_SECONDS, Math.max(1, seconds));
  }
}
