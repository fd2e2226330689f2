import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isLocked, lockPatiently } from '../../core/folder-lock.ts';

const LOOK_EVERY_MS = 2000;

/** Which GPUs this process trains on, so that other trainings on this machine, of other workspaces, take others. */
export interface GpuTurns {
  /**
   * The GPU for one more worker: one that nobody trains on; where this process trains on all, the one with the fewest workers. Where others train on some, it
   * waits for them.
   * @param onWait told once, where it waits
   * @throws AbortError on abort
   */
  take(signal: AbortSignal, onWait?: (text: string) => void): Promise<string>;
  giveBack(gpu: string): Promise<void>;
}

interface Held {
  workers: number;
  release?: () => Promise<void>;
}

/** @param folder where all trainings of the machine lock GPUs; absent: they take none from one another */
export function gpuTurns(gpus: readonly string[], folder?: string): GpuTurns {
  const held = new Map<string, Held>();
  const tryOne = async (signal: AbortSignal): Promise<string | undefined> => {
    for (const gpu of gpus) {
      if (held.has(gpu)) continue;
      const entry: Held = { workers: 0 };
      held.set(gpu, entry); // before the lock is there: another worker of this process tries the next one
      const release = await lockGpu(folder, gpu, signal);
      if (release !== 'taken') {
        entry.release = release;
        return gpu;
      }
      held.delete(gpu);
    }
    if (held.size < gpus.length) return undefined;
    return gpus.toSorted((a, b) => held.get(a)!.workers - held.get(b)!.workers)[0];
  };
  return {
    async take(signal, onWait) {
      for (let told = false; ; told = true) {
        const gpu = await tryOne(signal);
        if (gpu !== undefined) {
          held.get(gpu)!.workers += 1;
          return gpu;
        }
        if (!told) onWait?.(`waits for a GPU: other trainings are on ${gpus.join(', ')}`);
        await setTimeout(LOOK_EVERY_MS, undefined, { signal });
      }
    },
    async giveBack(gpu) {
      const entry = held.get(gpu)!;
      entry.workers -= 1;
      if (entry.workers > 0) return;
      held.delete(gpu);
      await entry.release?.();
    },
  };
}

/** Where nothing can be locked, trainings go on as if they were alone. */
async function lockGpu(
  folder: string | undefined,
  gpu: string,
  signal: AbortSignal,
): Promise<(() => Promise<void>) | undefined | 'taken'> {
  if (folder === undefined) return undefined;
  try {
    await mkdir(folder, { recursive: true });
    return await lockPatiently(join(folder, gpu.replaceAll(/[^\w.-]/g, '_')), { tries: 1, everyMs: 0, signal });
  } catch (error) {
    return isLocked(error) ? 'taken' : undefined;
  }
}
