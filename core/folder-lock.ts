import { setTimeout } from 'node:timers/promises';
import { type LockOptions, lock } from 'proper-lockfile';

export interface LockWait {
  tries: number;
  everyMs: number;
  /** Ends the wait; the first try is made in any case. */
  signal: AbortSignal;
}

/**
 * Takes a lock, waiting while another process holds it. @returns its release
 * @throws what `isLocked` knows where the tries are used up; an AbortError on abort; any other trouble at once
 */
export async function lockPatiently(
  path: string,
  options: LockOptions,
  { tries, everyMs, signal }: LockWait,
): Promise<() => Promise<void>> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await lock(path, options);
    } catch (error) {
      if (left <= 0 || !isLocked(error)) throw error;
    }
    await setTimeout(everyMs, undefined, { signal });
  }
}

/** Whether another process holds a lock; anything else is trouble with the disk. */
export function isLocked(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ELOCKED';
}
