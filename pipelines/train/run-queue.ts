import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Context } from '../../core/context.ts';
import { joinErrors, ToolkitError } from '../../core/errors.ts';
import type { StageEvents } from '../../core/event.ts';
import { skipped } from '../../core/stage.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import { trainQueue } from '../../trainers/executors/train-queue.ts';
import type { Trainer } from '../../trainers/trainer.ts';
import { jobFailure } from '../../trainers/trainer-failure.ts';
import type { FittedJob } from './check-memory.ts';
import type { ChosenExecutor } from './choose-executor.ts';
import { type OpenJob, openJob } from './open-job.ts';
import { recordEvent } from './watch/training-record.ts';
import { workerCount } from './worker-count.ts';

export interface QueueOptions extends Omit<ChosenExecutor, 'device'> {
  force?: boolean;
}

/**
 * Trains several adapters, a few workers at a time, the first first, and commits each adapter's folder as soon as it is done.
 * @throws ToolkitError naming every job that failed, after the others are done
 */
export async function* runQueue(
  jobs: readonly FittedJob[],
  trainer: Trainer,
  context: Context,
  options: QueueOptions,
): StageEvents {
  const open: OpenJob[] = [];
  const workers = workerCount(jobs, options);
  const each = { force: options.force, threads: options.threads(workers) };
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  let ended: Promise<unknown> = Promise.resolve();
  try {
    for (const job of jobs) {
      const opened = await openJob(job, context, each);
      if (opened === 'fresh') yield skipped(job.plan);
      else open.push(opened);
    }
    const byName = new Map(open.map((job) => [job.name, job]));
    const errors: ToolkitError[] = [];
    const events = new PassThrough({ objectMode: true });
    const emit = (event: QueueEvent) => events.write(event);
    ended = runWorkers(open, trainer, { ...options, workers }, { ...context, signal, emit }).then(
      () => events.end(),
      (error: unknown) => events.destroy(error instanceof Error ? error : new Error(String(error))),
    );
    for await (const event of events as AsyncIterable<QueueEvent>) {
      if (event instanceof ToolkitError) {
        errors.push(event);
        const lost = event.details.where?.split(', ').flatMap((name) => byName.get(name) ?? []) ?? [];
        for (const { stage } of lost) yield { type: 'failed', stage, message: event.message };
      } else if ('warning' in event)
        yield { type: 'warning', stage: byName.get(event.job)!.stage, message: event.warning };
      else if (event.event === 'error') {
        errors.push(jobFailure(event));
        if (event.job !== null) yield* byName.get(event.job)!.progress(event);
      } else yield* handle(byName.get(event.job)!, event);
    }
    context.signal.throwIfAborted();
    if (errors.length > 0) throw joinErrors('training failed', errors);
  } finally {
    stop.abort(); // where the caller stops reading, or a commit fails: nobody waits for the processes any more
    await ended;
    for (const { place } of open) await place.release();
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

type QueueEvent = TrainerEvent | ToolkitError | { job: string; warning: string };

interface WorkersContext extends Pick<Context, 'workspace' | 'env' | 'signal'> {
  emit: (event: QueueEvent) => void;
}

/** Trains all jobs; what fails is told as an event. The workspace lies where all workers see it, and so do their queues. */
async function runWorkers(
  open: readonly OpenJob[],
  trainer: Trainer,
  { executor, workers }: QueueOptions,
  { workspace, env, signal, emit }: WorkersContext,
): Promise<void> {
  const jobs = open.map(({ name, place }) => ({ name, path: join(place.folder, 'job.json') }));
  const folder = join(workspace, '.queues');
  await trainQueue(
    jobs,
    { trainer, executor, workers, folder },
    { env, signal, onEvent: emit, onFailure: emit, onWarning: (job, warning) => emit({ job, warning }) },
  );
}
