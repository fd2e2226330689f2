import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';

/** Jobs that several workers share, as a folder on a file system that they all see. `python/job_queue.py` says what lies in it. */
export interface Queue {
  folder: string;
  /** Places in the queue of the jobs that a worker took and did not end. */
  takenBy(worker: number): Promise<number[]>;
  /** Gives a job of a dead worker free: it is the next that is taken. @param alone it is not to share its steps with others */
  putBack(worker: number, place: number, alone: boolean): Promise<void>;
  hasWaiting(): Promise<boolean>;
  /** Tells the workers to write a checkpoint and end. */
  close(): Promise<void>;
  /** When no worker is left. */
  remove(): Promise<void>;
}

/** Workers that have not heard of the caller for so long end, with a checkpoint. Long, as a file system may stall. */
const PATIENCE_SECONDS = 300;
const MOST_BEAT_MS = 5000;
/** Ends the name of a job that is trained alone. */
const ALONE = '.alone';

/**
 * Makes a queue, and lets it know that this process lives until it is closed.
 * @param folder where queues lie
 * @param jobs paths of job.json files, in the order in which they are to be taken
 */
export async function openQueue(
  folder: string,
  jobs: readonly string[],
  patienceSeconds = PATIENCE_SECONDS,
): Promise<Queue> {
  await mkdir(folder, { recursive: true });
  const fresh = await mkdtemp(join(folder, 'new-'));
  const entry = (place: number) => String(place).padStart(5, '0');
  await mkdir(join(fresh, 'waiting'));
  for (const [place, job] of jobs.entries()) await writeFile(join(fresh, 'waiting', entry(place)), job);
  await beatOnce(fresh, 1, patienceSeconds);
  // Complete from its first moment: another run removes queues that are not open.
  const queue = join(folder, basename(fresh).replace('new-', 'queue-'));
  await rename(fresh, queue);
  const beats = startBeats(queue, patienceSeconds);
  const [waiting, taken] = [join(queue, 'waiting'), (worker: number) => join(queue, 'taken', String(worker))];
  return {
    folder: queue,
    takenBy: async (worker) => (await names(taken(worker))).map(placeOf),
    async putBack(worker, place, alone) {
      const name = (await names(taken(worker))).find((one) => placeOf(one) === place)!;
      await rename(join(taken(worker), name), join(waiting, `${entry(place)}${alone ? ALONE : ''}`));
    },
    hasWaiting: async () => (await names(waiting)).length > 0,
    close: beats.end,
    async remove() {
      await beats.end();
      // A worker on another machine may still be ending: what is left is removed by the next run.
      await rm(queue, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
    },
  };
}

async function names(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => Number.isInteger(placeOf(name))).sort();
}

function placeOf(name: string): number {
  return Number(basename(name, ALONE));
}

async function beatOnce(queue: string, beat: number, patience: number): Promise<void> {
  const file = join(queue, 'open');
  await writeFile(`${file}.next`, JSON.stringify({ host: hostname(), pid: process.pid, beat, patience }));
  await rename(`${file}.next`, file);
}

function startBeats(queue: string, patience: number): { end: () => Promise<void> } {
  let count = 1;
  let last: Promise<unknown> = Promise.resolve();
  const timer = setInterval(
    () => {
      count += 1;
      last = last.then(() => beatOnce(queue, count, patience)).catch(() => {}); // one missed beat does no harm
    },
    Math.min(MOST_BEAT_MS, patience * 200),
  );
  return {
    async end() {
      clearInterval(timer);
      await last;
      await rm(join(queue, 'open'), { force: true });
    },
  };
}
