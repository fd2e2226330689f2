import { join, relative } from 'node:path';
import { hashBase } from '../../core/base.ts';
import type { Candidate } from '../../core/candidate.ts';
import type { Context } from '../../core/context.ts';
import { joinErrors, ToolkitError } from '../../core/errors.ts';
import { hashFile, hashJson } from '../../core/hash.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { readManifest, type StagePlan } from '../../core/manifest.ts';
import { CatalogueSchema } from '../../core/tool.ts';
import { type LoadedRecipe, loadRecipe } from '../../recipes/load.ts';
import { decidingMembers } from '../../trainers/deciding-members.ts';
import type { ExecutorName } from '../../trainers/executors/executor-settings.ts';
import type { Job } from '../../trainers/job.ts';
import { recipeJob } from '../../trainers/recipe-job.ts';
import { type AdapterTarget, adapterTargets, splitFiles } from '../adapter-targets.ts';
import { baseFolder } from '../base-folder.ts';
import { basePath, type Settings } from '../settings.ts';
import { cataloguePath, stageHash } from '../workspace-files.ts';
import { candidateTargets } from './candidate-targets.ts';
import { jobCost } from './job-cost.ts';
import { targetsOf } from './targets.ts';
import { unsupported } from './unsupported.ts';

export interface TrainOptions {
  /** Names or paths of recipes. */
  recipes: readonly string[];
  /** Ids or names: only the argument adapters of these tools. */
  tools?: readonly string[];
  /** Overrides of the recipe, `key=value`. */
  set?: readonly string[];
  /** Multiplies the passes over the samples, `epochs`, of every recipe. */
  passes?: number;
  /** What relative paths in `recipe` and `set` start from; the workspace where absent. */
  folder?: string;
  force?: boolean;
  /** Where to train; absent: where the settings say. */
  executor?: ExecutorName;
}

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
  /** See `jobCost`; its samples are read once. */
  cost(): Promise<number>;
}

/**
 * The jobs of the recipes: one each, or for argument adapters one for each tool that has samples, and its alternatives; each behind what it starts from.
 * @throws ToolkitError (input) also where two recipes make the same adapter
 */
export async function planJobs(context: Context, settings: Settings, options: TrainOptions): Promise<PlannedJob[]> {
  // Recipes first: what is wrong in them is told whatever else is missing.
  const load = { set: options.set, folder: options.folder ?? context.workspace };
  const loadedRecipes = await Promise.all(options.recipes.map((name) => loadRecipe(name, load)));
  const errors = loadedRecipes.flatMap(unsupported);
  if (errors.length > 0) throw joinErrors('recipes ask for what their trainers do not support', errors);
  const recipes = loadedRecipes.map((loaded) => withPasses(loaded, options.passes ?? 1));
  await stageHash(context, 'samples', 'build-data');
  await stageHash(context, 'catalogue', 'discover');
  const files = (await readManifest(join(context.workspace, 'samples')))?.files ?? {};
  const all = adapterTargets((await readJsonFile(cataloguePath(context), CatalogueSchema)).tools);
  const bases = new Map<string, Promise<BaseInputs>>();
  const inputsOf = (base: string) => {
    const inputs = bases.get(base) ?? baseInputs(base);
    bases.set(base, inputs);
    return inputs;
  };
  const jobs: PlannedJob[] = [];
  for (const [index, loaded] of recipes.entries()) {
    const base =
      loaded.recipe.base === undefined ? basePath(context, settings) : baseFolder(context, loaded.recipe.base);
    const { task, shared: sharing } = loaded.recipe;
    const targets = targetsOf(options.recipes[index]!, task, { all, tools: options.tools, files });
    const inputs = await inputsOf(base);
    const parts = { context, settings, loaded, base, inputs, files };
    if (sharing === undefined) jobs.push(...targets.map((target) => planJob(target, parts)));
    else jobs.push(...candidateJobs(candidateTargets(all, targets, sharing.candidates, files), parts, options));
  }
  refuseDuplicates(jobs);
  return jobs;
}

/** Jobs of the adapters for tools' arguments. What starts from nothing has the values of `shared`, what starts from an adapter those of the recipe itself. */
function candidateJobs(targets: readonly AdapterTarget[], parts: JobParts, { tools = [] }: TrainOptions): PlannedJob[] {
  const jobs = new Map<AdapterTarget, PlannedJob>();
  const made = (candidate: Candidate, group?: string) =>
    targets.find((target) => target.candidate === candidate && target.group === group);
  for (const target of targets) {
    const { candidate, tool } = target;
    const isFromNothing = candidate === 'shared' || candidate === 'own-from-nothing';
    const group = candidate === 'own-from-group' ? made('group', tool!.group) : undefined;
    const start = isFromNothing ? undefined : jobs.get(group ?? made('shared')!)!.plan;
    const loaded = isFromNothing ? fromNothing(parts.loaded, target) : parts.loaded;
    jobs.set(target, {
      ...planJob(target, { ...parts, loaded }, start),
      onlyStart: tools.length > 0 && tool === undefined,
    });
  }
  return [...jobs.values()];
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
    cost: once(() =>
      jobCost(
        recipe,
        Object.keys(train).map((file) => join(context.workspace, 'samples', file)),
      ),
    ),
  };
}

function once<T>(work: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: work() };
    return made.value;
  };
}

function withPasses({ recipe, ...loaded }: LoadedRecipe, passes: number): LoadedRecipe {
  const shared = recipe.shared && { ...recipe.shared, epochs: recipe.shared.epochs * passes };
  return { ...loaded, recipe: { ...recipe, epochs: recipe.epochs * passes, shared } };
}

/** Stands for what a plan makes, before it is made. */
function planHash({ inputs, settings, seed }: StagePlan): string {
  return hashJson({ inputs, settings, seed });
}

/** What trains the adapter that the tools' own start from, and one that does without. */
function fromNothing(
  { recipe: { shared, ...recipe }, ...loaded }: LoadedRecipe,
  { tool }: AdapterTarget,
): LoadedRecipe {
  const { epochs, batch_size = recipe.batch_size, lr = recipe.optimizer.lr } = shared!;
  const min_steps = tool === undefined ? 0 : recipe.min_steps;
  return { ...loaded, recipe: { ...recipe, epochs, batch_size, min_steps, optimizer: { ...recipe.optimizer, lr } } };
}
