import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { messageOf, ToolkitError } from '../../core/errors.ts';
import { eventReader } from './event-reader.ts';
import type { WorkersRun } from './executor.ts';
import { growingFile } from './growing-file.ts';
import { type WorkerEnd, workerEnd } from './worker-end.ts';
import { workerFiles } from './worker-script.ts';

/** A worker that a cluster runs. */
export interface RemoteWorker {
  number: number;
  /** For messages: `the PEFT trainer`. */
  name: string;
  /** How the cluster says that it is over: `NODE_FAIL`. Undefined while it waits or works. */
  isOver(): Promise<string | undefined>;
}

const POLL_MS = 500;
/** A file system may show a file's end so much later than the cluster tells that the worker has ended. */
const LATE_MS = 10_000;
/** The cluster may be out of reach for so long. */
const UNREACHABLE_MS = 600_000;
const TAIL_LINES = 20;

/** Reads a worker's files until it has ended. What its exit code says holds; without one, what the cluster says. */
export async function followWorker(worker: RemoteWorker, run: WorkersRun): Promise<WorkerEnd> {
  const files = workerFiles(run.queue, worker.number);
  const [events, log] = [growingFile(files.events), growingFile(files.log)];
  const reader = eventReader(worker.name, run.onEvent);
  const tail: string[] = [];
  const read = async () => {
    for (const line of await events.newLines()) reader.readLine(line);
    for (const line of await log.newLines()) {
      tail.push(line);
      run.onLog?.(line);
    }
    tail.splice(0, tail.length - TAIL_LINES);
  };
  const over = watchCluster(worker);
  for (;;) {
    const code = Number.parseInt(await readFile(files.exit, 'utf8').catch(() => ''), 10);
    const state = Number.isNaN(code) ? await over() : undefined;
    await read();
    const stderrTail = tail.join('\n');
    if (!Number.isNaN(code))
      return workerEnd(worker.name, { exitCode: code, signal: undefined, stderrTail }, reader.told);
    if (state !== undefined) return { how: 'died', error: lost(worker.name, state, stderrTail) };
    await setTimeout(POLL_MS);
  }
}

/** How the cluster says that a worker is over, a little after it said so first; or why it cannot be asked, a good while after that. */
function watchCluster(worker: RemoteWorker): () => Promise<string | undefined> {
  let since: number | undefined;
  let reached = Date.now();
  return async () => {
    try {
      const state = await worker.isOver();
      reached = Date.now();
      since = state === undefined ? undefined : (since ?? reached);
      return since !== undefined && reached - since > LATE_MS ? state : undefined;
    } catch (error) {
      return Date.now() - reached > UNREACHABLE_MS ? `out of reach: ${messageOf(error)}` : undefined;
    }
  };
}

function lost(name: string, state: string, stderrTail: string): ToolkitError {
  return new ToolkitError({
    kind: 'environment',
    what: `${name} ended without an exit code; the cluster says ${state}`,
    found: stderrTail === '' ? undefined : stderrTail,
    todo: 'see that all nodes see the folders of the workspace and of this toolkit, under the same paths; then run the same command again: it goes on from the last checkpoint',
  });
}
