import type { NvidiaGpu } from '../nvidia-gpus.ts';

/**
 * Which GPUs get workers: those with enough free memory, the emptiest first. Where none has, the emptiest alone, as it may do.
 * @param free share of the memory that has to be free
 */
export function chooseGpus(gpus: readonly NvidiaGpu[], free: number): NvidiaGpu[] {
  const share = ({ totalMiB, freeMiB }: NvidiaGpu) => (totalMiB === 0 ? 1 : freeMiB / totalMiB);
  const sorted = gpus.toSorted((a, b) => b.freeMiB - a.freeMiB);
  const enough = sorted.filter((gpu) => share(gpu) >= free);
  return enough.length > 0 ? enough : sorted.slice(0, 1);
}
