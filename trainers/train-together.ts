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

/** How many workers have something to train: jobs that share their steps are one worker's, up to `together` of them. */
export function countBatches(jobs: readonly Job[]): number {
  const forms = [...Map.groupBy(jobs, formOf)];
  const batches = ([form, some]: (typeof forms)[number]) =>
    form === undefined ? some.length : Math.ceil(some.length / some[0]!.together);
  return forms.reduce((sum, jobs) => sum + batches(jobs), 0);
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
