import type { MemoryEstimate, MemoryJob } from './estimate-memory.ts';
import type { SampleLengths } from './sample-lengths.ts';
import { type CostJob, trainingCost } from './training-cost.ts';

/** What of a job may be lowered without making another adapter of it, rounding apart. */
export type MemoryChoice = Pick<MemoryJob, 'micro_batch_size' | 'gradient_checkpointing'>;

/** The other trainers take as many samples in each part of a step: the largest micro-batch that divides the batch. */
export function equalParts({ trainer, batch_size }: CostJob, choice: MemoryChoice): MemoryChoice {
  if (trainer === 'peft') return choice;
  let size = Math.min(choice.micro_batch_size, batch_size);
  while (batch_size % size !== 0) size -= 1;
  return { ...choice, micro_batch_size: size };
}

/** A micro-batch that a base of 7B parameters has room for beside it on 40 GB, with gradient checkpointing. */
const CAREFUL_MICRO_BATCH = 8;

/** What is chosen where nothing can be estimated: neither the base's build nor the memory may be known. */
export function carefulChoice({ micro_batch_size }: MemoryJob): MemoryChoice {
  return { micro_batch_size: Math.min(micro_batch_size, CAREFUL_MICRO_BATCH), gradient_checkpointing: true };
}

/**
 * The fastest of the choices that stay within a budget: with or without gradient checkpointing, with the job's micro-batch or a half, a quarter, … of it.
 * Where none does, the smallest.
 * @param budget in bytes
 */
export function fitMemory<T extends CostJob>(
  job: T,
  lengths: readonly SampleLengths[],
  budget: number,
  estimate: (job: T) => MemoryEstimate,
): MemoryChoice {
  const choices = choicesOf(job).map((choice) => ({ choice, ...judge({ ...job, ...choice }, lengths, estimate) }));
  const fitting = choices.filter(({ total }) => total <= budget).toSorted((a, b) => a.cost - b.cost);
  const smallest = choices.toSorted((a, b) => a.total - b.total);
  return (fitting[0] ?? smallest[0]!).choice;
}

function choicesOf({ micro_batch_size: most, batch_size, gradient_checkpointing: set }: MemoryJob): MemoryChoice[] {
  const sizes: number[] = [];
  for (let size = Math.min(most, batch_size); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) sizes.push(size);
  const modes = set ? [true] : [false, true];
  return modes.flatMap((gradient_checkpointing) =>
    sizes.map((micro_batch_size) => ({ micro_batch_size, gradient_checkpointing })),
  );
}

function judge<T extends CostJob>(job: T, lengths: readonly SampleLengths[], estimate: (job: T) => MemoryEstimate) {
  return { total: estimate(job).total, cost: trainingCost(job, lengths) };
}
