import { expect, test } from 'vitest';
import { decidingMembers } from '../../trainers/deciding-members.ts';
import { JobSchema } from '../../trainers/job.ts';
import members from '../../trainers/python/job_members.json' with { type: 'json' };
import { smallJob } from './training-samples.ts';

test('of each member of a job is said, once, whether it decides the adapter', () => {
  expect([...members.decide, ...members.do_not_decide].sort()).toEqual(Object.keys(JobSchema.shape).sort());
});

test('what an error advises, and what memory and threads choose, makes no other adapter', () => {
  const job = smallJob({ name: 'x', base: 'base', micro_batch_size: 4 });
  const frugal = { ...job, micro_batch_size: 1, gradient_checkpointing: true, threads: 7, prefix_memory_gb: 0 };
  expect(decidingMembers(frugal)).toEqual(decidingMembers(job));
  expect(decidingMembers({ ...job, lr: 1 })).not.toEqual(decidingMembers(job));
});
