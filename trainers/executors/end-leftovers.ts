import { readdir, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { isAlive } from '../../core/process-alive.ts';

const MarkSchema = z.object({ host: z.string(), pid: z.int().positive() });

export interface LeftoversOptions {
  signal: AbortSignal;
  /** A beat that has not changed for so long is that of a dead process. */
  stillMs?: number;
  /** Longest wait for workers that write a checkpoint. */
  waitMs?: number;
  /** Told once for each queue that is waited for. */
  onWait?: (message: string) => void;
}

const POLL_MS = 500;

/**
 * Ends the queues that killed runs left in a folder, and waits until their workers have ended: two workers at one job would mix its
 * checkpoints. Queues of living runs are left alone.
 */
export async function endLeftovers(folder: string, options: LeftoversOptions): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const queues = entries.filter((entry) => entry.isDirectory() && entry.name.startsWith('queue-'));
  await Promise.all(queues.map(({ name }) => endLeftover(join(folder, name), options)));
}

async function endLeftover(queue: string, options: LeftoversOptions): Promise<void> {
  const { signal, waitMs = 120_000, onWait } = options;
  if (await lives(join(queue, 'open'), options)) return;
  await rm(join(queue, 'open'), { force: true });
  const deadline = Date.now() + waitMs;
  let told = false;
  for (const name of (await readdir(queue).catch(() => [])).filter((file) => file.endsWith('.worker'))) {
    const mark = join(queue, name);
    while (Date.now() < deadline && (await lives(mark, options))) {
      if (!told) onWait?.('waiting until a worker of an earlier run has written its checkpoint');
      told = true;
      await setTimeout(POLL_MS, undefined, { signal });
    }
  }
  await rm(queue, { recursive: true, force: true, maxRetries: 3 });
}

/** Whether a process lives, by the mark that it changes every few seconds; of this machine's own, its id tells at once. */
async function lives(path: string, { signal, stillMs = 30_000 }: LeftoversOptions): Promise<boolean> {
  const text = async () => readFile(path, 'utf8').catch(() => undefined);
  const first = await text();
  if (first === undefined || isDeadHere(first)) return false;
  const deadline = Date.now() + stillMs;
  while (Date.now() < deadline) {
    await setTimeout(POLL_MS, undefined, { signal });
    const now = await text();
    if (now === undefined) return false;
    if (now !== first) return true;
  }
  return false;
}

function isDeadHere(text: string): boolean {
  try {
    const mark = MarkSchema.parse(JSON.parse(text));
    return mark.host === hostname() && !isAlive(mark.pid);
  } catch {
    return false; // a crash cut it off: it does not change
  }
}
