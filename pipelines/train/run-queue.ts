import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { stringify } from 'yaml';
import type { Context } from '../../core/context.ts';
import { joinErrors, messageOf, ToolkitError } from '../../core/errors.ts';
import type { StageEvent, StageEvents } from '../../core/event.ts';
import { writeFileAtomic, writeJsonFile } from '../../core/json-file.ts';
import { type OpenStage, openStage, skipped } from '../../core/stage.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import { LOCAL } from '../../trainers/executors/local.ts';
import type { Trainer } from '../../trainers/trainer.ts';
import { jobFailure } from '../../trainers/trainer-failure.ts';
import { jobCost } from './job-cost.ts';
import type { PlannedJob } from './plan-jobs.ts';
import { jobProgress } from './progress.ts';
import { shareOut } from './share-out.ts';
import { recordEvent } from './training-record.ts';

export interface QueueOptions {
  force?: boolean;
  /** Training processes side by side. */
  workers: number;
  /** Of each process, where the recipe does not say. */
  threads: number;
}

interface OpenJob {
  name: string;
  place: OpenStage;
  /** See `jobCost`. */
  cost: number;
  /** Filled in when the trainer tells them; the manifest keeps them. */
  versions: Record<string, string>;
  progress: (event: TrainerEvent) => StageEvent[];
  counts: Record<string, number>;
}

/**
 * Trains several adapters, a few processes at a time, and commits each adapter's folder as soon as it is done.
 * @throws ToolkitError naming every job that failed, after the others are done
 */
export async function* runQueue(
  jobs: readonly PlannedJob[],
  trainer: Trainer,
  context: Context,
  options: QueueOptions,
): StageEvents {
  const open: OpenJob[] = [];
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  let ended: Promise<unknown> = Promise.resolve();
  try {
    for (const job of jobs) {
      const opened = await openJob(job, context, options);
      if (opened === 'fresh') yield skipped(job.plan);
      else open.push(opened);
    }
    const byName = new Map(open.map((job) => [job.name, job]));
    const shares = shareOut(open, options.workers, ({ cost }) => cost);
    const errors: ToolkitError[] = [];
    const events = new PassThrough({ objectMode: true });
    const emit: Emit = (event) => events.write(event);
    ended = Promise.all(shares.map((share) => runShare(share, trainer, { env: context.env, signal, emit }))).then(() =>
      events.end(),
    );
    for await (const event of events as AsyncIterable<TrainerEvent | ToolkitError>) {
      if (event instanceof ToolkitError) errors.push(event);
      else if (event.event === 'error') errors.push(jobFailure(event));
      else yield* handle(byName.get(event.job)!, event);
    }
    context.signal.throwIfAborted();
    if (errors.length > 0) throw joinErrors('training failed', errors);
  } finally {
    stop.abort(); // where the caller stops reading, or a commit fails: nobody waits for the processes any more
    await ended;
    for (const { place } of open) await place.release();
  }
}

async function openJob(
  { plan, recipe, onlyStart, job }: PlannedJob,
  context: Context,
  options: QueueOptions,
): Promise<OpenJob | 'fresh'> {
  const versions: Record<string, string> = {};
  const place = await openStage(plan, {
    force: options.force && !onlyStart,
    signal: context.signal,
    toolVersions: versions,
  });
  if (place === 'fresh') return place; // another run has just made it
  const values = job(recipe.recipe.threads || options.threads);
  try {
    await writeJsonFile(join(place.folder, 'job.json'), values);
    const head = '# What made this adapter, with every default filled in; job.json says it exactly.\n';
    await writeFileAtomic(join(place.folder, 'recipe.yaml'), head + stringify(recipe.recipe));
    const cost = await jobCost(
      recipe.recipe,
      values.train.map((path) => resolve(plan.folder, path)),
    );
    return { name: values.name, place, cost, versions, progress: jobProgress(plan.stage), counts: {} };
  } catch (error) {
    await place.release();
    throw error;
  }
}

async function* handle(job: OpenJob, event: Exclude<TrainerEvent, { event: 'error' }>): StageEvents {
  await recordEvent(job.place.folder, event);
  yield* job.progress(event);
  if (event.event === 'start') {
    Object.assign(job.versions, event.versions);
    job.counts = { samples: event.samples, 'trained tokens': event.trained_tokens };
  }
  if (event.event !== 'done') return;
  const { halvings = 0, went_back = 0 } = event;
  yield await job.place.commit({
    steps: event.step,
    ...job.counts,
    ...(halvings > 0 && { 'halvings of the micro-batch': halvings }),
    ...(went_back > 0 && { 'times it went back': went_back }),
  });
}

type Emit = (event: TrainerEvent | ToolkitError) => void;

interface ShareRun extends Pick<Context, 'env' | 'signal'> {
  emit: Emit;
}

/** Trains one worker's share. Never rejects: what fails is told as an event, and so is a job that a trainer says nothing about. */
async function runShare(share: readonly OpenJob[], trainer: Trainer, { env, signal, emit }: ShareRun): Promise<void> {
  const paths = share.map(({ place }) => join(place.folder, 'job.json'));
  const ended = new Set<TrainerEvent['job']>();
  const onEvent = (event: TrainerEvent) => {
    if (event.event === 'done' || event.event === 'error') ended.add(event.job);
    emit(event);
  };
  try {
    await LOCAL.run(trainer.process(paths), { env, signal, onEvent });
    for (const { name } of share.filter((job) => !ended.has(job.name))) emit(unfinished(name, trainer));
  } catch (error) {
    const what = `${share.map(({ name }) => name).join(', ')}: ${messageOf(error)}`;
    emit(error instanceof ToolkitError ? error : new ToolkitError({ kind: 'failed', what, cause: error }));
  }
}

function unfinished(job: string, { name }: Trainer): ToolkitError {
  return new ToolkitError({
    kind: 'failed',
    what: `the trainer ${name} ended without training it, and told no reason`,
    where: job,
    todo: 'run the same command again: it goes on from the last checkpoint',
  });
}
