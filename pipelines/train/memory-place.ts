import type { Context } from '../../core/context.ts';
import type { ExecutorSettings } from '../../trainers/executors/executor-settings.ts';
import { type TrainingDevice, trainingDevice } from '../../trainers/memory/training-device.ts';
import type { MemoryPlace } from './plan-memory.ts';

/** What jobs will train on. Of a cluster's machines nothing is known: there only what a recipe says of memory counts. */
export async function memoryPlace(settings: ExecutorSettings, workers: number, context: Context): Promise<MemoryPlace> {
  if (settings.name !== 'local') return { workers, device: unknownDevice(settings[settings.name].gpus > 0) };
  const { gpus } = settings.local;
  const env = gpus === undefined ? context.env : { ...context.env, CUDA_VISIBLE_DEVICES: gpus.join(',') };
  return { workers, device: await trainingDevice({ env, signal: context.signal }) };
}

function unknownDevice(hasGpu: boolean): TrainingDevice {
  const [total, free] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  return { device: hasGpu ? 'gpu' : 'cpu', bf16: true, total, free };
}
