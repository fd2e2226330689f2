import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import { isLocked, lockOwner, lockPatiently, SHORT_WAIT } from '../core/folder-lock.ts';
import { unwritable } from '../core/stage.ts';

/**
 * Lets one command at a time work on a whole workspace: the stages of two runs would change one another's inputs. That of a killed one is taken over.
 * @param onWait told once, where another one has it: waits as long as it takes; absent: waits a moment only
 * @returns its release
 * @throws ToolkitError (failed) where another one has it
 */
export async function lockWorkspace(
  { workspace, signal }: Pick<Context, 'workspace' | 'signal'>,
  onWait?: (owner: string) => void,
): Promise<() => Promise<void>> {
  const path = join(workspace, 'run');
  // Where it is taken over, as the machine slept, nothing is told here: each stage has a lock of its own, which finds that out.
  try {
    await mkdir(workspace, { recursive: true });
    return await lockPatiently(path, { ...SHORT_WAIT, tries: onWait ? 1 : SHORT_WAIT.tries, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    if (!isLocked(error)) throw unwritable(workspace, error);
    const owner = lockOwner(path) ?? 'another process';
    if (onWait === undefined) throw refused(workspace, owner);
    onWait(owner);
    return lockPatiently(path, { ...SHORT_WAIT, tries: Number.POSITIVE_INFINITY, signal });
  }
}

function refused(where: string, found: string): ToolkitError {
  return new ToolkitError({
    kind: 'failed',
    what: 'another run is at work on this workspace',
    where,
    found,
    todo: 'wait until it ends (--wait does), or use another --workspace',
  });
}
