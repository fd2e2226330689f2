import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Resident memory of this process at a time (`Date.now()`). */
export interface MemorySample {
  at: number;
  bytes: number;
}

/** Begins to note the process's resident memory ten times a second. Call what it returns to end that and see the notes. */
export function watchMemory(): () => Promise<MemorySample[]> {
  const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 };
  const worker = new Worker(join(import.meta.dirname, 'memory-sampler.ts'), { resourceLimits });
  worker.unref();
  return async () => {
    worker.postMessage('end');
    const [samples] = await once(worker, 'message');
    return samples;
  };
}
