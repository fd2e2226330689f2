import { join, relative } from 'node:path';
import type { Context } from '../../core/context.ts';
import { hashJson } from '../../core/hash.ts';
import type { StagePlan } from '../../core/manifest.ts';
import type { LoadedRecipe } from '../../recipes/load.ts';
import { decidingMembers } from '../../trainers/deciding-members.ts';
import type { Job } from '../../trainers/job.ts';
import { recipeJob } from '../../trainers/recipe-job.ts';
import { type AdapterTarget, splitFiles } from '../adapter-targets.ts';
import { decidingSamples, type MadeSamples } from '../made-samples.ts';
import type { Settings } from '../settings.ts';
import { earlierPlans } from './earlier-plans.ts';
import type { RenewedSamples } from './renewed-samples.ts';

/** One adapter to train. */
export interface PlannedJob {
  plan: StagePlan;
  recipe: LoadedRecipe;
  /** Whether it is made only because a chosen tool's adapter starts from it, or has it for an alternative. */
  onlyStart: boolean;
  /** Of the adapter that it starts from, which is planned before it. */
  start?: StagePlan;
  /** Hash of the older adapter of this name, where this one goes on from that (`renewJob`). */
  renews?: string;
  /** What that goes on with, where it is less than a pass. */
  renewed?: RenewedSamples;
  /** Of the adapters of the same tool under the names that it had, the last one first; one of them may go on as this one. */
  earlier: StagePlan[];
  /** Its threads are 0 where the recipe does not say how many. */
  job: Job;
}

/** Whether a job is done again although its adapter is fresh: `--force` means those that were asked for, not what they start from. */
export function isForced({ onlyStart }: PlannedJob, { force = false }: { force?: boolean }): boolean {
  return force && !onlyStart;
}

/** Hashes of a base. */
export interface BaseInputs extends Record<string, string> {
  base: string;
  tokenizer: string;
}

/** What jobs of one recipe have in common. */
export interface JobParts {
  context: Context;
  settings: Settings;
  loaded: LoadedRecipe;
  base: string;
  inputs: BaseInputs;
  samples: MadeSamples;
}

/**
 * The job of one adapter.
 * @param start of the adapter that it starts from; a newer one, of other samples, makes what started from the older one not stale
 */
export function planJob(
  target: AdapterTarget,
  { context, settings, loaded, base, inputs, samples }: JobParts,
  start?: StagePlan,
): PlannedJob {
  const { recipe } = loaded;
  const { name, tool, paths } = target;
  const { files } = samples;
  const folder = join(context.workspace, 'adapters', name);
  const [train, validation] = [splitFiles('train', paths, files), splitFiles('validation', paths, files)];
  const placeOf = (file: string) => relative(folder, join(context.workspace, 'samples', file));
  const at = (found: object) => Object.keys(found).map(placeOf);
  const job = recipeJob(recipe, {
    name,
    tool: tool?.id ?? null,
    base: relative(folder, base),
    base_hash: inputs.base,
    train: at(train),
    validation: at(validation),
    hashes: Object.fromEntries(
      Object.entries({ ...train, ...validation }).map(([file, hash]) => [placeOf(file), hash]),
    ),
    start: start ? relative(folder, start.folder) : null,
    output: '.',
    seed: recipe.seed ?? settings.seed,
    threads: recipe.threads,
  });
  const { name: _, base_hash: __, seed: ___, ...deciding } = decidingMembers(job); // which the plan has already
  const plan: StagePlan = {
    stage: `train ${name}`,
    folder,
    inputs: {
      ...inputs,
      ...decidingSamples(target, samples),
      ...(start && { start: hashWithoutSamples(start) }),
    },
    settings: deciding,
    seed: job.seed,
  };
  return {
    plan,
    recipe: loaded,
    onlyStart: false,
    start,
    earlier: earlierPlans(target, plan, samples),
    job,
  };
}

/** Of what decides an adapter, but for its samples: where one is to start from it, those of one tool more or less are not worth training all again. */
export function hashWithoutSamples({
  inputs,
  settings,
  seed,
}: Pick<StagePlan, 'inputs' | 'settings' | 'seed'>): string {
  const { base, tokenizer, start } = inputs;
  return hashJson({ base, tokenizer, start, settings, seed });
}
