import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import type { Recipe } from '../../recipes/schema.ts';
import type { TrainingDevice } from '../../trainers/memory/training-device.ts';
import type { Trainer } from '../../trainers/trainer.ts';
import { TRAINERS } from '../../trainers/trainers.ts';
import { preparePython } from '../prepare-python.ts';

type Wanted = Pick<Recipe, 'trainer' | 'quantization'>;

/**
 * Makes trainers ready to run, with all that they need.
 * @param device that is trained on, here or on a cluster
 * @throws ToolkitError (environment) where one of them does not run on it, before anything is fetched
 */
export async function* openTrainers<K>(
  wanted: ReadonlyMap<K, Wanted>,
  context: Context,
  { device }: Pick<TrainingDevice, 'device'>,
): AsyncGenerator<StageEvent, Map<K, Trainer>, undefined> {
  const trouble = missingGpu([...wanted.values()], device);
  if (trouble !== undefined) throw trouble;
  const opened = new Map<K, Trainer>();
  for (const [key, { trainer, quantization }] of wanted) {
    const pythons: string[] = [];
    for (const place of TRAINERS[trainer].places(quantization)) pythons.push(yield* preparePython(context, place));
    opened.set(key, TRAINERS[trainer].open(pythons));
  }
  return opened;
}

/** Why one of the trainers cannot run on what would be trained on; `undefined` where all can. */
export function missingGpu(wanted: readonly Wanted[], device: TrainingDevice['device']): ToolkitError | undefined {
  const gpuOnly = wanted.find(({ trainer }) => !TRAINERS[trainer].supports.devices.includes('cpu'));
  return gpuOnly === undefined || device !== 'cpu' ? undefined : noGpu(gpuOnly.trainer);
}

function noGpu(trainer: string): ToolkitError {
  const able = Object.values(TRAINERS).filter(({ supports }) => supports.devices.includes('cpu'));
  return new ToolkitError({
    kind: 'environment',
    what: `the trainer \`${trainer}\` runs on an NVIDIA GPU only`,
    found:
      'nvidia-smi names none that CUDA_VISIBLE_DEVICES and `executor` in workspace.yaml allow, or a worker on the cluster is to have none',
    todo: `install NVIDIA's driver where there is such a GPU, or set trainer: ${able.map(({ name }) => name).join(' or ')} in the recipe or by --set`,
  });
}
