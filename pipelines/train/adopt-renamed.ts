import { copyFile, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { writeJsonFile } from '../../core/json-file.ts';
import type { Manifest } from '../../core/manifest.ts';
import { stageState } from '../../core/stage.ts';
import type { FittedJob } from './check-memory.ts';
import type { ChosenExecutor } from './choose-executor.ts';
import { ADOPTED_FILE, type OpenJob, openJob, START_FILE } from './open-job.ts';
import type { PlannedJob } from './plan-job.ts';
import { recordedValidation } from './recorded-validation.ts';
import { validateAdapters } from './validate-adapters.ts';
import { TRAINING_RECORD } from './watch/training-record.ts';
import { type Validation, whyWorse } from './why-worse.ts';

/** A job, and the adapter that may do in place of a new one. */
interface Adoption {
  job: PlannedJob;
  from: { folder: string; manifest: Manifest };
  /** How good that was under the old name; `undefined` where nothing was validated. */
  before: Validation | undefined;
}

/** What of an adapter goes on; what says what is to be made is written under the new name. */
const KEPT_FILES = ['adapter_model.safetensors', 'adapter_config.json', TRAINING_RECORD, START_FILE];

/**
 * Takes over the adapters of tools that have another name and nothing else: each is put to the validation samples under the new name, and stays where it is about
 * as good as it was under the old one (`whyWorse`). Its weights are the same bytes; `adopted.json` says where they are from. Why one does not do is told
 * as a warning.
 * @returns the jobs that are left to train
 */
export async function* adoptRenamed(
  jobs: readonly FittedJob[],
  context: Context,
  chosen: ChosenExecutor,
): AsyncGenerator<StageEvent, FittedJob[], undefined> {
  const open: OpenAdoption[] = [];
  const adopted = new Set<PlannedJob>();
  try {
    for (const job of jobs) {
      const found = await findEarlier(job);
      if (found === undefined) continue;
      const why = whyUnasked(found);
      if (why !== undefined) yield refusal(found, why);
      const opened = why === undefined && (await openJob(job, context, { threads: chosen.threads(1) }));
      if (opened && opened !== 'fresh') open.push({ ...found, opened });
    }
    const asked = open.map(({ job, from, opened }) => ({ job, folder: opened.place.folder, adapter: from.folder }));
    const answers = yield* validateAdapters(asked, context, chosen);
    for (const one of open) if (yield* decide(one, answers.get(one.job)!)) adopted.add(one.job);
  } finally {
    for (const { opened } of open) await opened.place.release();
  }
  return jobs.filter((job) => !adopted.has(job));
}

/** An adoption whose folder is this process's to write into. */
interface OpenAdoption extends Adoption {
  opened: OpenJob;
}

function whyUnasked({ job, before }: Adoption): string | undefined {
  if (before === undefined) return 'it was not validated in its training';
  return job.job.validation.length === 0 ? 'there are no validation samples' : undefined;
}

function refusal({ job, from }: Adoption, why: string): StageEvent {
  const message = `its tool was renamed, but the adapter ${basename(from.folder)} is not taken over, it is trained: ${why}`;
  return { type: 'warning', stage: job.plan.stage, message };
}

/** @returns whether the adapter was taken over */
async function* decide(
  one: OpenAdoption,
  answer: Validation | ToolkitError,
): AsyncGenerator<StageEvent, boolean, undefined> {
  const why = answer instanceof ToolkitError ? answer.message : whyWorse(one.before!, answer);
  const event = why === undefined ? await adopt(one, answer as Validation) : refusal(one, why);
  yield event;
  return why === undefined;
}

/** The adapter as it is under the last of its tool's earlier names under which there is one, of the same recipe, base and data. */
async function findEarlier(job: PlannedJob): Promise<Adoption | undefined> {
  for (const plan of job.earlier) {
    const found = await stageState(plan);
    if (found.state !== 'fresh') continue;
    const { folder } = plan;
    return { job, from: { folder, manifest: found.manifest }, before: await recordedValidation(folder) };
  }
  return undefined;
}

async function adopt({ from, before, opened }: OpenAdoption, now: Validation): Promise<StageEvent> {
  const { place, versions } = opened;
  const { files, hash, toolVersions } = from.manifest;
  await rm(join(place.folder, START_FILE), { force: true });
  for (const file of KEPT_FILES.filter((name) => name in files))
    await copyFile(join(from.folder, file), join(place.folder, file));
  const adapter = relative(dirname(place.folder), from.folder);
  await writeJsonFile(join(place.folder, ADOPTED_FILE), { adapter, hash, validation: { before, now } });
  Object.assign(versions, toolVersions);
  return place.commit({ adopted: 1, ...(now.calls !== undefined && { 'validation calls': now.calls }) });
}
