import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ToolkitError } from '../../../core/errors.ts';
import { PROJECT_ROOT } from '../../../core/project.ts';
import type { TrainerEvent } from '../../../trainers/events.ts';
import type { Executor } from '../../../trainers/executors/executor.ts';
import { type QueuedJob, type QueueRun, trainQueue } from '../../../trainers/executors/train-queue.ts';
import type { Trainer } from '../../../trainers/trainer.ts';
import { smallJob } from '../training-samples.ts';

const SCRIPT = join(PROJECT_ROOT, 'test', 'fixtures', 'stand_in_trainer.py');
export const ENV = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };

/** A real worker that sleeps where others learn. */
export const STAND_IN: Trainer = {
  name: 'stand-in',
  process: (work) => ({
    name: 'the stand-in',
    command: 'python3',
    args: [SCRIPT, ...work],
    env: { PYTHONUTF8: '1' },
    graceMs: 20_000,
  }),
};

export interface StandIn {
  steps: number;
  step_seconds: number;
  die_at: number | null;
  fail_at: number | null;
  together: number;
  meets: number;
  noise: boolean;
}

export async function standInJob(folder: string, name: string, values: Partial<StandIn> = {}): Promise<QueuedJob> {
  const path = join(folder, name, 'job.json');
  const standIn: StandIn = {
    steps: 3,
    step_seconds: 0.05,
    die_at: null,
    fail_at: null,
    together: 1,
    meets: 0,
    noise: false,
    ...values,
  };
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(path, JSON.stringify({ ...smallJob({ name, base: '.' }), ...standIn }));
  return { name, path };
}

export interface Seen {
  events: TrainerEvent[];
  failures: ToolkitError[];
  warnings: string[];
}

export interface TrainOptions extends Partial<Pick<QueueRun, 'signal' | 'patienceSeconds' | 'env'>> {
  executor: Executor;
  /** Of the queues. */
  folder: string;
  trainer?: Trainer;
  workers?: number;
  onEvent?: (event: TrainerEvent, seen: Seen) => void;
}

/** Trains jobs by a queue, and tells what was seen. */
export async function trainJobs(jobs: readonly QueuedJob[], options: TrainOptions): Promise<Seen> {
  const seen: Seen = { events: [], failures: [], warnings: [] };
  const { executor, workers = 4, folder, trainer = STAND_IN, signal = new AbortController().signal } = options;
  await trainQueue(
    jobs,
    { trainer, executor, workers, folder },
    {
      env: options.env ?? ENV,
      signal,
      patienceSeconds: options.patienceSeconds,
      onEvent: (event) => {
        seen.events.push(event);
        options.onEvent?.(event, seen);
      },
      onFailure: (error) => seen.failures.push(error),
      onWarning: (_, message) => seen.warnings.push(message),
    },
  );
  return seen;
}

export const of = <T extends TrainerEvent['event']>(events: readonly TrainerEvent[], kind: T, job?: string) =>
  events.filter(
    (event): event is Extract<TrainerEvent, { event: T }> =>
      event.event === kind && (job === undefined || event.job === job),
  );

/** Process ids of the workers of all queues in a folder. */
export async function workerIds(folder: string): Promise<number[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const marks = names.filter((name) => name.endsWith('.worker'));
  const texts = await Promise.all(marks.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  return texts.filter((text) => text !== '').map((text) => JSON.parse(text).pid as number);
}
