import { readFileSync, rmdirSync, statSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { isAlive } from './process-alive.ts';

/** After so long without a sign of its owner a lock is taken over: it died, on another machine. */
const STALE_MS = 10_000;

/** A little longer than the lock of a dead owner stands. */
export const SHORT_WAIT = { tries: 7, everyMs: 2000 };

export interface LockWait {
  tries: number;
  everyMs: number;
  /** Ends the wait; the first try is made in any case. */
  signal: AbortSignal;
}

/**
 * Takes a lock, waiting while another process holds it; that of a process of this machine that was killed is taken over at once.
 * @param onCompromised told where another process took it over, as this one's machine slept; absent: that does no harm
 * @returns its release
 * @throws what `isLocked` knows where the tries are used up; an AbortError on abort; any other trouble at once
 */
export async function lockPatiently(
  path: string,
  { tries, everyMs, signal }: LockWait,
  onCompromised: (error: Error) => void = () => {},
): Promise<() => Promise<void>> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await lockAndSign(path, onCompromised);
    } catch (error) {
      if (!isLocked(error)) throw error;
      if (removeOfDead(path)) continue;
      if (left <= 0) throw error;
    }
    await setTimeout(everyMs, undefined, { signal });
  }
}

/** Whether another process holds a lock; anything else is trouble with the disk. */
export function isLocked(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ELOCKED';
}

/** Which process of which machine holds a lock, for people; `undefined` where it left no note. */
export function lockOwner(path: string): string | undefined {
  try {
    const [pid, , ...host] = readFileSync(ownerFile(path), 'utf8').split(' ');
    return `process ${pid} on ${host.join(' ')}`;
  } catch {
    return undefined;
  }
}

/** Notes beside the lock who holds it. Where that cannot be written, a killed owner's lock is waited for until it is stale. */
async function lockAndSign(path: string, onCompromised: (error: Error) => void): Promise<() => Promise<void>> {
  const options = { realpath: false, stale: STALE_MS, lockfilePath: lockFolder(path) };
  const release = await lock(path, { ...options, onCompromised });
  const note = ownerFile(path);
  await writeFile(note, signature(path, process.pid)).catch(() => {});
  return async () => {
    await rm(note, { force: true });
    await release();
  };
}

function ownerFile(path: string): string {
  return join(dirname(path), `.${basename(path)}.owner`);
}

/** The lock's birth tells it from a later one, which has no note yet; the host's name, processes of this machine from others. */
function signature(path: string, pid: number): string {
  return `${pid} ${statSync(lockFolder(path)).birthtimeMs} ${hostname()}`;
}

/** Where `proper-lockfile` makes it: hidden, as beside the folder `catalogue` there is a file `catalogue.lock`. */
function lockFolder(path: string): string {
  return join(dirname(path), `.${basename(path)}.lock`);
}

/** Removes the lock of a process that lives no more. At one go, so that it cannot be another's meanwhile. @returns whether it did */
function removeOfDead(path: string): boolean {
  try {
    const signed = readFileSync(ownerFile(path), 'utf8');
    const pid = Number.parseInt(signed, 10);
    if (isAlive(pid) || signed !== signature(path, pid)) return false;
    rmdirSync(lockFolder(path));
    return true;
  } catch {
    return false;
  }
}
