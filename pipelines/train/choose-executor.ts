import { availableParallelism } from 'node:os';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { chooseGpus } from '../../trainers/executors/choose-gpus.ts';
import type { Executor } from '../../trainers/executors/executor.ts';
import type { ExecutorSettings } from '../../trainers/executors/executor-settings.ts';
import { localExecutor } from '../../trainers/executors/local-executor.ts';
import { nvidiaGpus } from '../../trainers/executors/nvidia-gpus.ts';
import { rayExecutor } from '../../trainers/executors/ray.ts';
import { slurmExecutor } from '../../trainers/executors/slurm.ts';
import type { Settings } from '../settings.ts';
import type { PlannedJob, TrainOptions } from './plan-jobs.ts';

export interface ChosenExecutor {
  executor: Executor;
  /** Side by side at most. */
  workers: number;
  /** Of each of so many, where the recipe does not say. */
  threads(workers: number): number;
}

/** Each process holds torch and the base in memory. */
const MOST_ON_PROCESSORS = 4;
/** A cluster starts as many as it has room for. */
const ON_CLUSTER = 4;

/** The workspace's, by the name of the command line where it gives one. */
export function executorFor({ executor }: Settings, { executor: name }: TrainOptions): ExecutorSettings {
  return { ...executor, name: name ?? executor.name };
}

/**
 * Where jobs are trained, and by how many workers: once for a run, as memory is shared out among them. An interrupted run of fewer jobs gets the same.
 * @param jobs all of the run, those too that are fresh
 * @throws ToolkitError (input) where the settings name a variable that is not there
 */
export async function chooseExecutor(
  settings: ExecutorSettings,
  jobs: readonly PlannedJob[],
  context: Context,
): Promise<ChosenExecutor> {
  const wanted = (fitting: number) => {
    const ofRecipes = jobs.map(({ recipe: { recipe } }) => recipe.workers ?? settings.workers ?? fitting);
    return Math.min(...ofRecipes, jobs.length);
  };
  const { name, slurm, ray } = settings;
  if (name === 'slurm')
    return { executor: slurmExecutor(slurm), workers: wanted(ON_CLUSTER), threads: () => slurm.cpus };
  if (name === 'ray') {
    const executor = rayExecutor(ray, tokenOf(ray, context));
    return { executor, workers: wanted(ON_CLUSTER), threads: () => ray.cpus };
  }
  const { gpus: named, freeMemory } = settings.local;
  const gpus = named?.map(String) ?? chooseGpus(await nvidiaGpus(context.env, context.signal), freeMemory);
  // On a processor the steps of a tiny base are too small to keep several threads busy: processes with fewer threads each do more.
  const cores = availableParallelism();
  const workers = wanted(gpus.length > 0 ? gpus.length : Math.min(cores, MOST_ON_PROCESSORS));
  return { executor: localExecutor(gpus), workers, threads: (count) => Math.max(1, Math.floor(cores / count)) };
}

function tokenOf({ tokenFrom }: ExecutorSettings['ray'], { variables }: Context): string | undefined {
  if (tokenFrom === undefined || variables?.[tokenFrom]) return tokenFrom && variables?.[tokenFrom];
  throw new ToolkitError({
    kind: 'input',
    what: `the environment variable ${tokenFrom} is not set`,
    where: 'executor.ray.tokenFrom in workspace.yaml',
  });
}
