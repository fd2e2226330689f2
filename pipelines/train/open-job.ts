import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { writeFileAtomic, writeJsonFile } from '../../core/json-file.ts';
import { readManifest, type StagePlan } from '../../core/manifest.ts';
import { type OpenStage, openStage } from '../../core/stage.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import { isForced, type PlannedJob } from './plan-job.ts';
import { keysIn, LEARNED_FILE, withRenewedSamples } from './renewed-samples.ts';
import { jobProgress } from './watch/progress.ts';

/** In an adapter's folder: of which other one it was taken over. */
export const ADOPTED_FILE = 'adopted.json';

/** And from which one it started: another, or what it was before, and then with which lines of its samples. */
export const START_FILE = 'start.json';

/** A job whose folder is this process's to write into. */
export interface OpenJob {
  name: string;
  /** As events name it. */
  stage: string;
  place: OpenStage;
  /** Filled in when the trainer tells them; the manifest keeps them. */
  versions: Record<string, string>;
  progress: (event: TrainerEvent) => StageEvent[];
  counts: Record<string, number>;
}

/** Opens the folder of a job and writes down what it is. */
export async function openJob(
  planned: PlannedJob,
  context: Context,
  { force, threads }: { force?: boolean; threads: number },
): Promise<OpenJob | 'fresh'> {
  const { plan, recipe, job, start, renews, renewed } = planned;
  const versions: Record<string, string> = {};
  const options = { force: isForced(planned, { force }), signal: context.signal, toolVersions: versions };
  const place = await openStage(plan, options);
  if (place === 'fresh') return place; // another run has just made it
  try {
    // Of a killed run, which took an adapter over or went on from one: now it may be trained from nothing.
    for (const file of [ADOPTED_FILE, START_FILE, LEARNED_FILE]) await rm(join(place.folder, file), { force: true });
    const values = renewed ? await withRenewedSamples(job, place.folder, renewed) : job;
    await writeJsonFile(join(place.folder, 'job.json'), { ...values, threads: job.threads || threads });
    const head = '# What made this adapter, with every default filled in; job.json and start.json say it exactly.\n';
    await writeFileAtomic(join(place.folder, 'recipe.yaml'), head + stringify(recipe.recipe));
    const from = renews === undefined ? start && (await startOf(start)) : renewedFrom(planned);
    if (from) await writeJsonFile(join(place.folder, START_FILE), from);
    const learned = await learnedBy(planned, place.folder);
    if (learned) await writeJsonFile(join(place.folder, LEARNED_FILE), learned);
    const { stage } = plan;
    return { name: job.name, stage, place, versions, progress: jobProgress(stage), counts: {} };
  } catch (error) {
    await place.release();
    throw error;
  }
}

function renewedFrom({ job, renews, renewed }: PlannedJob): object {
  return { adapter: job.name, hash: renews, ...(renewed && { lines: renewed.lines }) };
}

/** Told only where the adapter may go on for less than a pass one day, and saw all of its samples. */
async function learnedBy(planned: PlannedJob, folder: string): Promise<string[] | undefined> {
  const { start, job, renewed, recipe } = planned;
  const { renew, epochs } = recipe.recipe;
  if (renewed) return renewed.learned;
  if (renew === undefined || start !== undefined || epochs * renew >= 1) return undefined;
  return epochs < 1 || job.max_steps !== null ? undefined : keysIn(folder, job);
}

/** Which adapter this one starts from: a newer one may take its place later. */
async function startOf({ folder }: StagePlan): Promise<{ adapter: string; hash?: string }> {
  return { adapter: basename(folder), hash: (await readManifest(folder))?.hash };
}
