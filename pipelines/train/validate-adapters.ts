import { join, relative } from 'node:path';
import type { Context } from '../../core/context.ts';
import { messageOf, ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { writeJsonFile } from '../../core/json-file.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import { trainQueue } from '../../trainers/executors/train-queue.ts';
import { jobFailure } from '../../trainers/trainer-failure.ts';
import { VALIDATOR } from '../../trainers/validator.ts';
import { preparePython } from '../prepare-python.ts';
import type { ChosenExecutor } from './choose-executor.ts';
import type { PlannedJob } from './plan-job.ts';
import { figuresOf } from './recorded-validation.ts';
import type { Validation } from './why-worse.ts';

/** An adapter that is put to the validation samples of a job. */
export interface AskedAdapter {
  job: PlannedJob;
  /** Of the job, in the making. */
  folder: string;
  /** Folder of the adapter. */
  adapter: string;
}

/** A dot file: no part of the adapter. */
const JOB_FILE = '.validate.json';

/** Asks each adapter how good it is, where trainings run too. @returns figures, or why there are none */
export async function* validateAdapters(
  asked: readonly AskedAdapter[],
  context: Context,
  { executor, threads }: Pick<ChosenExecutor, 'executor' | 'threads'>,
): AsyncGenerator<StageEvent, Map<PlannedJob, Validation | ToolkitError>, undefined> {
  const answers = new Map<PlannedJob, Validation | ToolkitError>();
  const quantizations = Map.groupBy(asked, ({ job }) => job.job.quantization);
  for (const [quantization, some] of quantizations) {
    const pythons: string[] = [];
    for (const place of VALIDATOR.places(quantization)) pythons.push(yield* preparePython(context, place));
    for (const { job, folder, adapter } of some) {
      yield {
        type: 'progress',
        stage: job.plan.stage,
        done: 0,
        note: `validating ${relative(context.workspace, adapter)}`,
      };
      const { validation } = job.job;
      const start = relative(folder, adapter);
      const values = { ...job.job, train: validation, start, threads: job.job.threads || threads(1) };
      await writeJsonFile(join(folder, JOB_FILE), values);
    }
    const byName = new Map(some.map(({ job }) => [job.job.name, job]));
    const hear = (event: TrainerEvent) => {
      if (event.event === 'eval') answers.set(byName.get(event.job)!, figuresOf(event));
      if (event.event === 'error' && event.job !== null) answers.set(byName.get(event.job)!, jobFailure(event));
    };
    const jobs = some.map(({ job, folder }) => ({ name: job.job.name, path: join(folder, JOB_FILE) }));
    const failures: ToolkitError[] = [];
    await trainQueue(
      jobs,
      { trainer: VALIDATOR.open(pythons), executor, workers: 1, folder: join(context.workspace, '.queues') },
      { ...context, onEvent: hear, onFailure: (error) => failures.push(error) },
    );
    context.signal.throwIfAborted();
    for (const { job } of some.filter(({ job }) => !answers.has(job))) answers.set(job, unanswered(failures));
  }
  return answers;
}

function unanswered(failures: readonly ToolkitError[]): ToolkitError {
  const found = failures.map(messageOf).join('\n');
  return new ToolkitError({ kind: 'failed', what: 'it could not be validated', found: found || 'no reason was told' });
}
