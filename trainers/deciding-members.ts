import type { Job } from './job.ts';
import members from './python/job_members.json' with { type: 'json' };

/**
 * What of a job decides the adapter, but for rounding: a finished one of the same members is fresh, and an interrupted one goes on from its checkpoint. The list is the trainers' too.
 * Not in it are paths, as what lies there is hashed, and how the adapter is made: threads, memory, checkpoints.
 */
export function decidingMembers(job: Job): Partial<Job> {
  return Object.fromEntries(Object.entries(job).filter(([name]) => members.decide.includes(name)));
}
