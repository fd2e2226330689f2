import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import type { Recipe } from '../../recipes/schema.ts';
import type { ExecutorName } from '../../trainers/executors/executor-settings.ts';
import { nvidiaGpus } from '../../trainers/nvidia-gpus.ts';
import type { Trainer } from '../../trainers/trainer.ts';
import { TRAINERS } from '../../trainers/trainers.ts';
import { preparePython } from '../prepare-python.ts';

type Wanted = Pick<Recipe, 'trainer' | 'quantization'>;

/**
 * Makes trainers ready to run, with all that they need.
 * @throws ToolkitError (environment) where this machine cannot run one of them, before anything is fetched
 */
export async function* openTrainers<K>(
  wanted: ReadonlyMap<K, Wanted>,
  context: Context,
  executor: ExecutorName,
): AsyncGenerator<StageEvent, Map<K, Trainer>, undefined> {
  const trouble = await missingGpu([...wanted.values()], context, executor);
  if (trouble !== undefined) throw trouble;
  const opened = new Map<K, Trainer>();
  for (const [key, { trainer, quantization }] of wanted) {
    const pythons: string[] = [];
    for (const place of TRAINERS[trainer].places(quantization)) pythons.push(yield* preparePython(context, place));
    opened.set(key, TRAINERS[trainer].open(pythons));
  }
  return opened;
}

/** Why this machine cannot run one of the trainers; `undefined` where it can, and for a cluster, whose GPUs are on other machines. */
export async function missingGpu(
  wanted: readonly Wanted[],
  context: Context,
  executor: ExecutorName,
): Promise<ToolkitError | undefined> {
  const gpuOnly = wanted.find(({ trainer }) => !TRAINERS[trainer].supports.devices.includes('cpu'));
  if (gpuOnly === undefined || executor !== 'local') return undefined;
  return (await nvidiaGpus(context.env, context.signal)).length === 0 ? noGpu(gpuOnly.trainer) : undefined;
}

function noGpu(trainer: string): ToolkitError {
  const able = Object.values(TRAINERS).filter(({ supports }) => supports.devices.includes('cpu'));
  return new ToolkitError({
    kind: 'environment',
    what: `the trainer \`${trainer}\` runs on an NVIDIA GPU only`,
    found: 'nvidia-smi names none that CUDA_VISIBLE_DEVICES allows',
    todo: `install NVIDIA's driver where there is such a GPU, or set trainer: ${able.map(({ name }) => name).join(' or ')} in the recipe or by --set`,
  });
}
