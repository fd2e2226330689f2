import type { Context } from '../core/context.ts';
import { joinErrors, ToolkitError } from '../core/errors.ts';
import type { StageEvents } from '../core/event.ts';
import type { StagePlan } from '../core/manifest.ts';
import { explainFailure, skipped, stageState } from '../core/stage.ts';
import { trainingDevice } from '../trainers/memory/training-device.ts';
import { peftTrainer } from '../trainers/peft.ts';
import { preparePython } from './prepare-python.ts';
import type { Settings } from './settings.ts';
import { fitJobs } from './train/check-memory.ts';
import { type PlannedJob, planJobs, type TrainOptions } from './train/plan-jobs.ts';
import { processes } from './train/processes.ts';
import { runQueue } from './train/run-queue.ts';

export type { TrainOptions } from './train/plan-jobs.ts';

/** The adapters that the recipes make now, one plan each. @throws ToolkitError (input) where recipe, samples or base are not right */
export async function planTrain(context: Context, settings: Settings, options: TrainOptions): Promise<StagePlan[]> {
  return (await planJobs(context, settings, options)).map(({ plan }) => plan);
}

/** Trains the adapters of the recipes, side by side. Fresh ones are skipped, interrupted ones go on from their last checkpoint. */
export async function* train(context: Context, settings: Settings, options: TrainOptions): StageEvents {
  const jobs = await planJobs(context, settings, options);
  const stale: PlannedJob[] = [];
  for (const job of jobs) {
    const { state } = await stageState(job.plan);
    if (state === 'fresh' && (!options.force || job.onlyStart)) yield skipped(job.plan);
    else stale.push(job);
  }
  if (stale.length === 0) return;
  try {
    const { workers } = await processes(stale, context);
    const fitting = yield* fitJobs(stale, { workers, device: await trainingDevice(context) });
    const trainer = peftTrainer(yield* preparePython(context));
    yield* trainInOrder(fitting, context, async function* (jobs) {
      yield* runQueue(jobs, trainer, context, { force: options.force, ...(await processes(jobs, context)) });
    });
  } catch (error) {
    throw explainFailure(error, stale[0]!.plan, context.signal);
  }
}

/** Trains what starts from nothing, then what starts from that. What fails takes along only what would start from it. */
async function* trainInOrder(
  jobs: readonly PlannedJob[],
  context: Context,
  run: (jobs: readonly PlannedJob[]) => StageEvents,
): StageEvents {
  const errors: ToolkitError[] = [];
  const attempt = async function* (some: readonly PlannedJob[]): StageEvents {
    if (some.length === 0) return;
    try {
      yield* run(some);
    } catch (error) {
      if (context.signal.aborted || !(error instanceof ToolkitError)) throw error;
      errors.push(error);
    }
  };
  yield* attempt(jobs.filter(({ start }) => start === undefined));
  const made = new Set<StagePlan>();
  for (const start of new Set(jobs.flatMap((job) => job.start ?? []))) {
    // An older one, of another recipe or other samples, may still lie there.
    if ((await stageState(start)).state === 'fresh') made.add(start);
  }
  yield* attempt(jobs.filter(({ start }) => start !== undefined && made.has(start)));
  if (errors.length > 0) throw joinErrors('training failed', errors);
}
