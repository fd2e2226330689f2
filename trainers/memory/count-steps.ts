import type { Job } from '../job.ts';
import type { SampleLengths } from './sample-lengths.ts';

type StepsJob = Pick<Job, 'trainer' | 'batch_size' | 'epochs' | 'min_steps' | 'max_steps'>;

/** Optimizer steps of a job, where it is not stopped early. */
export function countSteps(job: StepsJob, lengths: readonly Pick<SampleLengths, 'samples'>[]): number {
  const wanted = Math.max(Math.ceil(job.epochs * stepsOfEpoch(job, lengths)), job.min_steps);
  return Math.min(wanted, job.max_steps ?? wanted);
}

/** Of one pass over the samples: our trainer's batches hold samples of one prompt, the others' are drawn from all. */
export function stepsOfEpoch(
  { trainer, batch_size }: StepsJob,
  lengths: readonly Pick<SampleLengths, 'samples'>[],
): number {
  const all = lengths.reduce((sum, { samples }) => sum + samples, 0);
  if (trainer !== 'peft') return Math.ceil(all / batch_size);
  return lengths.reduce((sum, { samples }) => sum + Math.ceil(samples / batch_size), 0);
}
