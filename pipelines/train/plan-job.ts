import { join, relative } from 'node:path';
import type { Context } from '../../core/context.ts';
import { hashJson } from '../../core/hash.ts';
import type { StagePlan } from '../../core/manifest.ts';
import type { LoadedRecipe } from '../../recipes/load.ts';
import { decidingMembers } from '../../trainers/deciding-members.ts';
import type { Job } from '../../trainers/job.ts';
import { recipeJob } from '../../trainers/recipe-job.ts';
import { type AdapterTarget, splitFiles } from '../adapter-targets.ts';
import type { Settings } from '../settings.ts';

/** One adapter to train. */
export interface PlannedJob {
  plan: StagePlan;
  recipe: LoadedRecipe;
  /** Whether it is made only because a chosen tool's adapter starts from it, or has it for an alternative. */
  onlyStart: boolean;
  /** Of the adapter that it starts from, which is planned before it. */
  start?: StagePlan;
  /** Its threads are 0 where the recipe does not say how many. */
  job: Job;
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
  /** Hashes of the samples' files. */
  files: Record<string, string>;
}

/** The job of one adapter. @param start of the adapter that it starts from */
export function planJob(
  { name, tool, paths }: AdapterTarget,
  { context, settings, loaded, base, inputs, files }: JobParts,
  start?: StagePlan,
): PlannedJob {
  const { recipe } = loaded;
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
      ...train,
      ...validation,
      ...(start && { start: planHash(start) }),
    },
    settings: deciding,
    seed: job.seed,
  };
  return {
    plan,
    recipe: loaded,
    onlyStart: false,
    start,
    job,
  };
}

/** Stands for what a plan makes, before it is made. */
function planHash({ inputs, settings, seed }: StagePlan): string {
  return hashJson({ inputs, settings, seed });
}
