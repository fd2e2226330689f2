import { basename, join } from 'node:path';
import { changedFile, difference, readManifest } from '../../core/manifest.ts';
import type { Job } from '../../trainers/job.ts';
import { type MadeSamples, trainedOn } from '../made-samples.ts';
import { hashWithoutSamples, type PlannedJob } from './plan-job.ts';
import { chooseRenewed } from './renewed-samples.ts';

/**
 * The job of an adapter that goes on from what it was, where its recipe lets it (`renew`): from those weights, the last share of the passes and of the schedule.
 * Only its samples may be others, of the same split and of tools with the same parameters (`renewable`): else it had learned what it is tested on now, or
 * other calls. The plan is the same as of one that is trained from nothing, so that a later run takes either for fresh.
 */
export async function renewJob(
  planned: PlannedJob,
  { renewable }: Pick<MadeSamples, 'renewable'>,
): Promise<PlannedJob> {
  const { plan, recipe, job, start } = planned;
  const { renew } = recipe.recipe;
  if (renew === undefined || start !== undefined) return planned;
  const older = await readManifest(plan.folder).catch(() => undefined);
  if (older === undefined || difference(older, plan) === undefined) return planned; // which is fresh
  if (hashWithoutSamples(older) !== hashWithoutSamples(plan)) return planned;
  const isKnown = ([name, hash]: [string, string]) => plan.inputs[name] === hash || renewable[name]?.includes(hash);
  if (!Object.entries(trainedOn(older.inputs)).every(isKnown)) return planned;
  if ((await changedFile(plan.folder, older)) !== undefined) return planned;
  const from = join('..', basename(plan.folder)); // as seen from the folder in the making, which lies beside it
  const steps = {
    epochs: job.epochs * renew,
    min_steps: Math.ceil(job.min_steps * renew),
    max_steps: job.max_steps && Math.ceil(job.max_steps * renew),
  };
  const lr = job.lr * rateLeft(job.schedule, renew);
  const renewed = { ...job, ...steps, start: from, lr };
  const samples = renewed.epochs < 1 ? await chooseRenewed(renewed, plan.folder) : undefined;
  if (samples === undefined) return { ...planned, renews: older.hash, job: renewed };
  const { epochs, steps: max_steps } = samples;
  return { ...planned, renews: older.hash, renewed: samples, job: { ...renewed, epochs, max_steps } };
}

/** The rate that a schedule has where this share of the steps is left, in shares of its peak: at the peak itself, what was learned would be lost first. */
function rateLeft(schedule: Job['schedule'], share: number): number {
  if (schedule === 'constant') return 1;
  return schedule === 'linear' ? share : (1 - Math.cos(Math.PI * share)) / 2;
}
