import type { Job } from '../../trainers/job.ts';
import type { SampleLengths } from '../../trainers/memory/sample-lengths.ts';

/** Optimizer steps of a job: a batch holds samples of one prompt. */
export function countSteps(job: Job, lengths: readonly SampleLengths[]): number {
  const epoch = lengths.reduce((sum, { samples }) => sum + Math.ceil(samples / job.batch_size), 0);
  const wanted = Math.max(Math.ceil(job.epochs * epoch), job.min_steps);
  return Math.min(wanted, job.max_steps ?? wanted);
}
