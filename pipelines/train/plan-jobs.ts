import { join, relative } from 'node:path';
import { hashBase } from '../../core/base.ts';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { hashFile } from '../../core/hash.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { readManifest, type StagePlan } from '../../core/manifest.ts';
import { CatalogueSchema, type Tool } from '../../core/tool.ts';
import { type LoadedRecipe, loadRecipe } from '../../recipes/load.ts';
import type { Recipe } from '../../recipes/schema.ts';
import type { Job } from '../../trainers/job.ts';
import { recipeJob } from '../../trainers/recipe-job.ts';
import { samplePath } from '../build-data/sample-path.ts';
import { basePath, type Settings } from '../settings.ts';
import { cataloguePath, stageHash } from '../workspace-files.ts';
import { chooseTools } from './choose-tools.ts';

export interface TrainOptions {
  /** Names or paths of recipes. */
  recipes: readonly string[];
  /** Ids or names: only the argument adapters of these tools. */
  tools?: readonly string[];
  /** Overrides of the recipe, `key=value`. */
  set?: readonly string[];
  /** What relative paths in `recipe` and `set` start from; the workspace where absent. */
  folder?: string;
  force?: boolean;
}

/** One adapter to train. */
export interface PlannedJob {
  plan: StagePlan;
  recipe: LoadedRecipe;
  /** The job, but for the number of threads. */
  job(threads: number): Job;
}

/**
 * The jobs of the recipes: one each, or for argument adapters one for each tool that has samples.
 * @throws ToolkitError (input) also where two recipes make the same adapter
 */
export async function planJobs(context: Context, settings: Settings, options: TrainOptions): Promise<PlannedJob[]> {
  // Recipes first: what is wrong in them is told whatever else is missing.
  const load = { set: options.set, folder: options.folder ?? context.workspace };
  const recipes = await Promise.all(options.recipes.map((name) => loadRecipe(name, load)));
  await stageHash(context, 'samples', 'build-data');
  await stageHash(context, 'catalogue', 'discover');
  const files = (await readManifest(join(context.workspace, 'samples')))?.files ?? {};
  const bases = new Map<string, Promise<BaseInputs>>();
  const inputsOf = (base: string) => {
    const inputs = bases.get(base) ?? baseInputs(base);
    bases.set(base, inputs);
    return inputs;
  };
  const jobs: PlannedJob[] = [];
  for (const [index, loaded] of recipes.entries()) {
    const base = loaded.recipe.base ?? basePath(context, settings);
    const targets = await targetsOf(options.recipes[index]!, loaded.recipe, context, options, files);
    const inputs = await inputsOf(base);
    jobs.push(...targets.map((target) => planJob(target, { context, settings, loaded, base, inputs, files })));
  }
  refuseDuplicates(jobs);
  return jobs;
}

/** Jobs of one name would train into one folder. */
function refuseDuplicates(jobs: readonly PlannedJob[]): void {
  const same = [...Map.groupBy(jobs, ({ plan }) => plan.folder).values()].find((group) => group.length > 1);
  if (same === undefined) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'two recipes make the same adapter',
    where: same[0]!.plan.folder,
    expected: 'one recipe for each task',
    found: same.map(({ recipe }) => `${recipe.source} (task: ${recipe.recipe.task})`).join(', '),
    todo: 'leave one of them out, or train it in another --workspace',
  });
}

interface BaseInputs extends Record<string, string> {
  base: string;
  tokenizer: string;
}

async function baseInputs(base: string): Promise<BaseInputs> {
  return { base: await hashBase(base), tokenizer: await hashFile(join(base, 'tokenizer.json')) };
}

interface JobParts {
  context: Context;
  settings: Settings;
  loaded: LoadedRecipe;
  base: string;
  inputs: BaseInputs;
  /** Hashes of the samples' files. */
  files: Record<string, string>;
}

function planJob(
  { name, tool, path }: Target,
  { context, settings, loaded, base, inputs, files }: JobParts,
): PlannedJob {
  const { recipe } = loaded;
  const seed = recipe.seed ?? settings.seed;
  const folder = join(context.workspace, 'adapters', name);
  const [train, validation] = [`train/${path}`, `validation/${path}`];
  const at = (file: string) => (file in files ? relative(folder, join(context.workspace, 'samples', file)) : null);
  const plan: StagePlan = {
    stage: `train ${name}`,
    folder,
    inputs: { ...inputs, train: files[train]!, ...(files[validation] ? { validation: files[validation] } : {}) },
    settings: { ...result(recipe), tool: tool?.id ?? null },
    seed,
  };
  const place = {
    name,
    tool: tool?.id ?? null,
    base: relative(folder, base),
    base_hash: inputs.base,
    output: '.',
    seed,
  };
  return {
    plan,
    recipe: loaded,
    job: (threads) => recipeJob(recipe, { ...place, train: at(train)!, validation: at(validation), threads }),
  };
}

interface Target {
  name: string;
  tool?: Tool;
  /** Of its samples, in a split's folder. */
  path: string;
}

async function targetsOf(
  recipe: string,
  { task }: Recipe,
  context: Context,
  { tools }: TrainOptions,
  files: Record<string, string>,
): Promise<Target[]> {
  if (task !== 'arguments') {
    if (tools?.length)
      throw new ToolkitError({
        kind: 'input',
        what: `the recipe \`${recipe}\` trains one adapter for all tools`,
        found: `--tool ${tools[0]}`,
      });
    return [existing({ name: task, path: samplePath(task) }, files)];
  }
  const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const all = catalogue.tools.map(
    (tool): Target => ({ name: `arguments-${tool.slug}`, tool, path: samplePath(task, tool.slug) }),
  );
  if (tools?.length) {
    const chosen = new Set(chooseTools(catalogue.tools, tools));
    return all.filter(({ tool }) => chosen.has(tool!)).map((target) => existing(target, files));
  }
  return all.filter(({ path }) => `train/${path}` in files);
}

function existing(target: Target, files: Record<string, string>): Target {
  if (`train/${target.path}` in files) return target;
  throw new ToolkitError({
    kind: 'input',
    what: target.tool ? `the tool ${target.tool.id} has no argument samples` : `there are no ${target.name} samples`,
    expected: `samples/train/${target.path}`,
    todo: target.tool
      ? 'a tool without parameters needs no adapter; else write more traces and build the data again'
      : 'run `pnpm pipeline build-data` first',
  });
}

/** What of a recipe decides the adapter; the rest (threads, workers, checkpoints) decides only how it is made. */
function result({
  base,
  threads,
  workers,
  checkpoint_every,
  seed,
  ...rest
}: Recipe): Omit<Recipe, 'base' | 'threads' | 'workers' | 'checkpoint_every' | 'seed'> {
  return rest;
}
