import { availableParallelism } from 'node:os';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { chooseGpus } from '../../trainers/executors/choose-gpus.ts';
import type { Executor } from '../../trainers/executors/executor.ts';
import type { ExecutorSettings } from '../../trainers/executors/executor-settings.ts';
import { localExecutor } from '../../trainers/executors/local-executor.ts';
import { rayExecutor } from '../../trainers/executors/ray.ts';
import { slurmExecutor } from '../../trainers/executors/slurm.ts';
import { type TrainingDevice, trainingDevice, unknownDevice } from '../../trainers/memory/training-device.ts';
import { nvidiaGpus } from '../../trainers/nvidia-gpus.ts';
import { batchesOf } from '../../trainers/train-together.ts';
import { gpuLocks } from '../base-folder.ts';
import type { Settings } from '../settings.ts';
import type { PlannedJob } from './plan-job.ts';
import type { TrainOptions } from './plan-jobs.ts';

export interface ChosenExecutor {
  executor: Executor;
  /** Side by side at most. */
  workers: number;
  /** Of each of so many, where the recipe does not say. */
  threads(workers: number): number;
  /** How fast each of so many is, in any unit: on a processor they share its cores, elsewhere each has what it has. */
  speed(workers: number): number;
  device: TrainingDevice;
}

/** Each process holds torch and the base in memory. */
const MOST_ON_PROCESSORS = 4;
/** A cluster starts as many as it has room for. */
const ON_CLUSTER = 4;
/** The speed of a step on a processor grows as this power of its threads: by half with two of them (docs/log.md). */
const THREADS_GAIN = 0.6;

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
  const onCluster = (executor: Executor, { gpus, cpus }: { gpus: number; cpus: number }): ChosenExecutor => ({
    executor,
    workers: wanted(ON_CLUSTER),
    threads: () => cpus,
    speed: () => 1,
    device: unknownDevice(gpus > 0 ? 'gpu' : 'cpu'),
  });
  if (name === 'slurm') return onCluster(slurmExecutor(slurm), slurm);
  if (name === 'ray') return onCluster(rayExecutor(ray, tokenOf(ray, context)), ray);
  const { gpus: named, freeMemory } = settings.local;
  const visible = named === undefined ? context.env : { ...context.env, CUDA_VISIBLE_DEVICES: named.join(',') };
  const found = await nvidiaGpus(visible, context.signal);
  const chosen = named === undefined ? chooseGpus(found, freeMemory) : found;
  const uuidOf = (name: string) => found.find(({ index }) => index === name)?.uuid ?? name;
  const gpus = named?.map((name) => uuidOf(String(name))) ?? chosen.map(({ uuid }) => uuid);
  const cores = availableParallelism();
  const threads = (count: number) => Math.max(1, Math.floor(cores / count));
  // They share the machine's memory. Elsewhere `workerCount` counts batches, when it is known whether memory lets jobs share their steps.
  const batches = batchesOf(jobs).length;
  return {
    executor: localExecutor(named || gpus.length > 0 ? gpus : undefined, gpuLocks(context)),
    workers: gpus.length > 0 ? wanted(gpus.length) : Math.min(wanted(Math.min(cores, MOST_ON_PROCESSORS)), batches),
    threads,
    speed: gpus.length > 0 ? () => 1 : (count) => threads(count) ** THREADS_GAIN,
    device: await trainingDevice(chosen, context),
  };
}

function tokenOf({ tokenFrom }: ExecutorSettings['ray'], { variables }: Context): string | undefined {
  if (tokenFrom === undefined || variables?.[tokenFrom]) return tokenFrom && variables?.[tokenFrom];
  throw new ToolkitError({
    kind: 'input',
    what: `the environment variable ${tokenFrom} is not set`,
    where: 'executor.ray.tokenFrom in workspace.yaml',
  });
}
