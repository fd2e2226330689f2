import { availableParallelism } from 'node:os';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { Recipe } from '../../recipes/schema.ts';
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
  /** Of each, where the recipe does not say. */
  threads: number;
}

/** Each process holds torch and the base in memory. */
const MOST_ON_PROCESSORS = 4;
/** A cluster starts as many as it has room for. */
const ON_CLUSTER = 4;

/** The workspace's, by the name of the command line where it gives one. */
export function executorFor({ executor }: Settings, { executor: name }: TrainOptions): ExecutorSettings {
  return { ...executor, name: name ?? executor.name };
}

/** Where jobs are trained, and by how many workers. @throws ToolkitError (input) where the settings name a variable that is not there */
export async function chooseExecutor(
  settings: ExecutorSettings,
  jobs: readonly PlannedJob[],
  context: Context,
): Promise<ChosenExecutor> {
  const wanted = (fitting: number) => {
    const ofRecipes = jobs.map(({ recipe: { recipe } }) => recipe.workers ?? settings.workers ?? fitting);
    return Math.min(...ofRecipes, batchesOf(jobs));
  };
  const { name, slurm, ray } = settings;
  if (name === 'slurm') return { executor: slurmExecutor(slurm), workers: wanted(ON_CLUSTER), threads: slurm.cpus };
  if (name === 'ray') {
    const executor = rayExecutor(ray, tokenOf(ray, context));
    return { executor, workers: wanted(ON_CLUSTER), threads: ray.cpus };
  }
  const { gpus: named, freeMemory } = settings.local;
  const gpus = named?.map(String) ?? chooseGpus(await nvidiaGpus(context.env, context.signal), freeMemory);
  // On a processor the steps of a tiny base are too small to keep several threads busy: processes with fewer threads each do more.
  const cores = availableParallelism();
  const workers = wanted(gpus.length > 0 ? gpus.length : Math.min(cores, MOST_ON_PROCESSORS));
  return { executor: localExecutor(gpus), workers, threads: Math.max(1, Math.floor(cores / workers)) };
}

/** How many workers have something to train: jobs that share their steps are one worker's. */
function batchesOf(jobs: readonly PlannedJob[]): number {
  const forms = Map.groupBy(jobs, ({ recipe: { recipe } }) => formOf(recipe));
  return forms.values().reduce((sum, some) => sum + Math.ceil(some.length / togetherOf(some[0]!.recipe.recipe)), 0);
}

/** Jobs of the same one may share their steps, as `form` in the trainer says. */
function formOf({ base, lora, precision, together }: Recipe): string {
  return JSON.stringify([base, lora, precision, together]);
}

function togetherOf({ trainer, method, quantization, gradient_checkpointing, together }: Recipe): number {
  const able = trainer === 'peft' && method === 'shared-prefix' && quantization === 'none' && !gradient_checkpointing;
  return able ? together : 1;
}

function tokenOf({ tokenFrom }: ExecutorSettings['ray'], { variables }: Context): string | undefined {
  if (tokenFrom === undefined || variables?.[tokenFrom]) return tokenFrom && variables?.[tokenFrom];
  throw new ToolkitError({
    kind: 'input',
    what: `the environment variable ${tokenFrom} is not set`,
    where: 'executor.ray.tokenFrom in workspace.yaml',
  });
}
