import type { Job } from '../job.ts';
import { countSteps, stepsOfEpoch } from './count-steps.ts';
import type { MemoryJob } from './estimate-memory.ts';
import type { SampleLengths } from './sample-lengths.ts';

/** What of a job decides how long it takes. */
export type CostJob = MemoryJob & Pick<Job, 'trainer' | 'epochs' | 'min_steps' | 'max_steps'>;

/** Computing all layers twice costs a third; and each micro-batch something of its own, in tokens. */
const CHECKPOINTING_COST = 4 / 3;
const MICRO_BATCH_COST = 200;

/** Predicts how long a job takes, in tokens that are computed: good enough to share jobs out by, and to choose between ways to train one. */
export function trainingCost(job: CostJob, lengths: readonly SampleLengths[]): number {
  const epoch = stepsOfEpoch(job, lengths);
  if (epoch === 0) return 0;
  const epochs = countSteps(job, lengths) / epoch;
  const parts = ({ samples }: SampleLengths) => microBatches(samples, job);
  const sum = (of: (one: SampleLengths) => number) => lengths.reduce((total, one) => total + of(one), 0);
  const tokens = {
    'shared-prefix': () => epochs * sum((one) => parts(one) * one.prefix + one.own),
    plain: () => epochs * sum(({ samples, longest }) => samples * longest),
    // What stands before the invocation is computed once for all epochs.
    activated: () =>
      sum(({ prefix, own }) => prefix + own) +
      epochs * sum(({ samples, trained }) => samples * (job.invocation_length + trained)),
  };
  const overhead = epochs * sum(parts) * MICRO_BATCH_COST;
  return (tokens[job.method]() + overhead) * (job.gradient_checkpointing ? CHECKPOINTING_COST : 1);
}

function microBatches(samples: number, { batch_size, micro_batch_size }: CostJob): number {
  const parts = (batch: number) => Math.ceil(batch / micro_batch_size);
  return Math.floor(samples / batch_size) * parts(batch_size) + parts(samples % batch_size);
}
