import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EMBEDDED_BASE } from '../../core/project.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import { runTrainerProcess } from '../../trainers/executors/run-trainer-process.ts';
import type { Job } from '../../trainers/job.ts';
import { ensurePython, type PythonPlace } from '../../trainers/python-environment.ts';
import type { Trainer } from '../../trainers/trainer.ts';
import { smallJob } from './training-samples.ts';

export const ENV = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
const PIP = Object.fromEntries(
  Object.entries(process.env).flatMap(([key, value]) => (key.startsWith('PIP_') && value ? [[key, value]] : [])),
);

/** The interpreter of an environment, which is made as its first use would. */
export function pythonOf(place: PythonPlace): Promise<string> {
  return ensurePython({ env: { ...ENV, ...PIP }, signal: new AbortController().signal }, () => {}, place);
}

/** Writes a small job on the embedded base. @returns the path of its job.json */
export async function writeJob(folder: string, name: string, values: Partial<Job> = {}): Promise<string> {
  const path = join(folder, name, 'job.json');
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(path, JSON.stringify(smallJob({ name, base: EMBEDDED_BASE, ...values })));
  return path;
}

export interface TrainOptions {
  env?: Record<string, string>;
  signal?: AbortSignal;
  onEvent?: (event: TrainerEvent) => void;
}

export async function trainJobs(trainer: Trainer, jobs: readonly string[], options: TrainOptions = {}) {
  const events: TrainerEvent[] = [];
  const onEvent = (event: TrainerEvent) => {
    events.push(event);
    options.onEvent?.(event);
  };
  const signal = options.signal ?? new AbortController().signal;
  await runTrainerProcess(trainer.process(jobs), { env: { ...ENV, ...options.env }, signal, onEvent });
  return events;
}

export function eventsOf<T extends TrainerEvent['event']>(events: readonly TrainerEvent[], kind: T, job?: string) {
  return events.filter(
    (event): event is Extract<TrainerEvent, { event: T }> => event.event === kind && (!job || event.job === job),
  );
}

export const lossesOf = (events: readonly TrainerEvent[], job: string) =>
  eventsOf(events, 'step', job).map(({ loss }) => loss);
