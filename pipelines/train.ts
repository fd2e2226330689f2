import type { Context } from '../core/context.ts';
import { joinErrors, ToolkitError } from '../core/errors.ts';
import type { StageEvents } from '../core/event.ts';
import type { StagePlan } from '../core/manifest.ts';
import { explainFailure, skipped, stageState } from '../core/stage.ts';
import type { Settings } from './settings.ts';
import { adoptRenamed } from './train/adopt-renamed.ts';
import { type FittedJob, fitJobs } from './train/check-memory.ts';
import { chooseExecutor, executorFor } from './train/choose-executor.ts';
import { openTrainers } from './train/open-trainers.ts';
import { isForced, type PlannedJob } from './train/plan-job.ts';
import { planJobs, type TrainOptions } from './train/plan-jobs.ts';
import { runQueue } from './train/run-queue.ts';
import { trackedEvents } from './train/tracking.ts';
import { loggedEvents } from './train/watch/event-log.ts';
import { validationsBefore, warningOfWorse } from './train/worse-than-before.ts';
import { eventsPath } from './workspace-files.ts';

export { EXECUTOR_NAMES, type ExecutorName } from '../trainers/executors/executor-settings.ts';
export type { TrainOptions } from './train/plan-jobs.ts';

/** The adapters that the recipes make now, one plan each. @throws ToolkitError (input) where recipe, samples or base are not right */
export async function planTrain(context: Context, settings: Settings, options: TrainOptions): Promise<StagePlan[]> {
  return (await planJobs(context, settings, options)).map(({ plan }) => plan);
}

/**
 * Trains the adapters of the recipes, side by side. Fresh ones are skipped, interrupted ones go on from their last checkpoint; that of a tool which has
 * another name and nothing else is taken over where it is as good under that name.
 */
export async function* train(context: Context, settings: Settings, options: TrainOptions): StageEvents {
  const jobs = await planJobs(context, settings, options);
  const stale: PlannedJob[] = [];
  for (const job of jobs) {
    const { state } = await stageState(job.plan);
    if (state === 'fresh' && !isForced(job, options)) yield skipped(job.plan);
    else stale.push(job);
  }
  if (stale.length > 0) yield* loggedEvents(eventsPath(context), trainStale(stale, jobs, context, settings, options));
}

async function* trainStale(
  stale: readonly PlannedJob[],
  all: readonly PlannedJob[],
  context: Context,
  settings: Settings,
  options: TrainOptions,
): StageEvents {
  try {
    const chosen = await chooseExecutor(executorFor(settings, options), all, context);
    const fitting = yield* fitJobs(stale, chosen);
    const left = options.force ? fitting : yield* adoptRenamed(fitting, context, chosen);
    if (left.length === 0) return;
    const wanted = [...byTrainer(left)].map(([key, [first]]) => [key, first!.recipe.recipe] as const);
    const trainers = yield* openTrainers(new Map(wanted), context, chosen.device);
    const training = () =>
      trainInOrder(left, context, async function* (jobs, key) {
        yield* runQueue(jobs, trainers.get(key)!, context, { force: options.force, ...chosen });
      });
    const before = await validationsBefore(left);
    yield* warningOfWorse(trackedEvents(context, left, training), before);
  } catch (error) {
    throw explainFailure(error, stale[0]!.plan, context.signal);
  }
}

/** The jobs that one process can train. */
function byTrainer(jobs: readonly FittedJob[]): Map<string, FittedJob[]> {
  return Map.groupBy(jobs, ({ recipe: { recipe } }) => `${recipe.trainer} ${recipe.quantization}`);
}

/** Trains what has its start, then what starts from that, and so on. What fails takes along only what would start from it. */
async function* trainInOrder(
  jobs: readonly FittedJob[],
  context: Context,
  run: (jobs: readonly FittedJob[], trainer: string) => StageEvents,
): StageEvents {
  const errors: ToolkitError[] = [];
  const attempt = async function* (some: readonly FittedJob[]): StageEvents {
    for (const [trainer, group] of byTrainer(some)) {
      try {
        yield* run(group, trainer);
      } catch (error) {
        if (context.signal.aborted || !(error instanceof ToolkitError)) throw error;
        errors.push(error);
      }
    }
  };
  for (let left = jobs; left.length > 0; ) {
    const pending = new Set(left.map(({ plan }) => plan));
    const isDue = ({ start }: PlannedJob) => start === undefined || !pending.has(start);
    const due = left.filter(isDue);
    const ready = await withStart(due);
    for (const { plan, start } of due.filter((job) => !ready.includes(job)))
      yield {
        type: 'failed',
        stage: plan.stage,
        message: `not trained: ${start!.stage}, which it starts from, failed`,
      };
    yield* attempt(ready);
    left = left.filter((job) => !isDue(job));
  }
  if (errors.length > 0) throw joinErrors('training failed', errors);
}

/** Those whose start was made: an older one, of another recipe or other samples, may still lie there. */
async function withStart(jobs: readonly FittedJob[]): Promise<FittedJob[]> {
  const made = new Set<StagePlan | undefined>([undefined]);
  for (const start of new Set(jobs.flatMap((job) => job.start ?? [])))
    if ((await stageState(start)).state === 'fresh') made.add(start);
  return jobs.filter(({ start }) => made.has(start));
}
