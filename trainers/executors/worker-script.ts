import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainerProcess } from '../trainer.ts';
import { shellQuote } from './shell-quote.ts';

/** What a worker on another machine leaves in the queue's folder. */
export interface WorkerFiles {
  events: string;
  log: string;
  /** Its exit code, written last. */
  exit: string;
}

export function workerFiles(queue: string, worker: number): WorkerFiles {
  const at = (kind: string) => join(queue, `${worker}.${kind}`);
  return { events: at('events.jsonl'), log: at('log'), exit: at('exit') };
}

/** Makes a worker's files, empty: a network file system shows what is appended to a file at once, a new file perhaps a minute later. */
export async function prepareWorkerFiles(queue: string, worker: number): Promise<void> {
  for (const file of Object.values(workerFiles(queue, worker))) await writeFile(file, '', { flag: 'a' });
}

/**
 * Writes the script that a cluster runs for each worker of a queue: `worker.sh NUMBER`, or as a task of a Slurm array. A signal is handed
 * on to the trainer, and its exit code is written when it has ended.
 * @param process of the trainer, without the worker's number, which comes last
 * @returns the script's path
 */
export async function writeWorkerScript(queue: string, { command, args, env }: TrainerProcess): Promise<string> {
  const path = join(queue, 'worker.sh');
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${shellQuote(value)}`);
  const lines = [
    '#!/bin/sh',
    `worker=\${1:-$SLURM_ARRAY_TASK_ID}`, // in this order: a Ray cluster may itself run in a Slurm array
    `files=${shellQuote(queue)}/$worker`,
    '[ -e "$files.exit" ] || { echo "the queue is gone: its caller has ended, or this machine does not see its folder" >&2; exit 1; }',
    ...exports,
    `trap 'kill -TERM "$trainer" 2>/dev/null' TERM INT`,
    `${[command, ...args].map(shellQuote).join(' ')} --worker "$worker" >>"$files.events.jsonl" 2>>"$files.log" &`,
    'trainer=$!',
    'wait "$trainer"; code=$?',
    // A trapped signal ends `wait` before the trainer ends.
    'while kill -0 "$trainer" 2>/dev/null; do wait "$trainer"; code=$?; done',
    'echo "$code" >>"$files.exit"',
    'exit "$code"',
  ];
  await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o755 });
  return path;
}
