import { availableParallelism } from 'node:os';
import type { Context } from '../core/context.ts';
import { joinErrors, ToolkitError } from '../core/errors.ts';
import type { StageEvents } from '../core/event.ts';
import type { StagePlan } from '../core/manifest.ts';
import { explainFailure, skipped, stageState } from '../core/stage.ts';
import { hasNvidiaGpu } from '../trainers/python-packages.ts';
import type { Settings } from './settings.ts';
import { openTrainers } from './train/open-trainers.ts';
import { type PlannedJob, planJobs, type TrainOptions } from './train/plan-jobs.ts';
import { type QueueOptions, runQueue } from './train/run-queue.ts';

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
    const wanted = [...byTrainer(stale)].map(([key, [first]]) => [key, first!.recipe.recipe] as const);
    const trainers = yield* openTrainers(new Map(wanted), context);
    yield* trainInOrder(stale, context, async function* (jobs, key) {
      yield* runQueue(jobs, trainers.get(key)!, context, { force: options.force, ...(await processes(jobs, context)) });
    });
  } catch (error) {
    throw explainFailure(error, stale[0]!.plan, context.signal);
  }
}

/** The jobs that one process can train. */
function byTrainer(jobs: readonly PlannedJob[]): Map<string, PlannedJob[]> {
  return Map.groupBy(jobs, ({ recipe: { recipe } }) => `${recipe.trainer} ${recipe.quantization}`);
}

/** Trains what starts from nothing, then what starts from that. What fails takes along only what would start from it. */
async function* trainInOrder(
  jobs: readonly PlannedJob[],
  context: Context,
  run: (jobs: readonly PlannedJob[], trainer: string) => StageEvents,
): StageEvents {
  const errors: ToolkitError[] = [];
  const attempt = async function* (some: readonly PlannedJob[]): StageEvents {
    for (const [trainer, group] of byTrainer(some)) {
      try {
        yield* run(group, trainer);
      } catch (error) {
        if (context.signal.aborted || !(error instanceof ToolkitError)) throw error;
        errors.push(error);
      }
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

/** Each process holds torch and the base in memory. */
const MOST_WORKERS = 4;

/**
 * How many processes train side by side. One has a GPU to itself. On a processor the steps of a tiny base are too small to keep several
 * threads busy, so that processes with fewer threads each do more.
 */
async function processes(
  jobs: readonly PlannedJob[],
  context: Context,
): Promise<Pick<QueueOptions, 'workers' | 'threads'>> {
  const cores = availableParallelism();
  const fitting = (await hasNvidiaGpu(context)) ? 1 : Math.min(cores, MOST_WORKERS);
  const wanted = jobs.map(({ recipe: { recipe } }) => recipe.workers ?? fitting);
  const workers = Math.min(...wanted, jobs.length);
  return { workers, threads: Math.max(1, Math.floor(cores / workers)) };
}
