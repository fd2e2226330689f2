import { chunks } from '../core/chunks.ts';
import type { Job } from './job.ts';
import members from './python/job_members.json' with { type: 'json' };

const { needs, equal } = members.together;
type Needs = typeof needs;

/** What adapters need to share their steps, as a recipe says it. The list is the trainer's too (`form` in `python/job_members.py`). */
export const TOGETHER_NEEDS = Object.entries(needs).map(([key, value]) => `${key}: ${value}`);

/** What of a recipe or a job keeps its adapter from sharing steps with others, as `key: value`; `undefined`: nothing does. */
export function trainedAlone(values: Pick<Job, keyof Needs>): string | undefined {
  const other = (Object.keys(needs) as (keyof Needs)[]).find((key) => values[key] !== needs[key]);
  return other && `${other}: ${values[other]}`;
}

/** What workers take at once: jobs that share their steps are one worker's, up to `together` of them. */
export function batchesOf<J extends { job: Job }>(jobs: readonly J[]): J[][] {
  const forms = [...Map.groupBy(jobs, ({ job }) => formOf(job))];
  return forms.flatMap(([form, some]) => {
    const size = form === undefined ? 1 : some[0]!.job.together;
    return chunks(some, size);
  });
}

/** How many adapters share a job's steps, of those that are to be trained; 1: it is trained alone. */
export function countSharers(job: Job, jobs: readonly Job[]): number {
  const form = formOf(job);
  if (form === undefined) return 1;
  return Math.min(job.together, jobs.filter((other) => formOf(other) === form).length);
}

/** Jobs of the same one may share their steps; `undefined`: it is trained alone. */
function formOf(job: Job): string | undefined {
  if (job.together === 1 || trainedAlone(job) !== undefined) return undefined;
  return JSON.stringify(equal.map((key) => job[key as keyof Job]));
}
