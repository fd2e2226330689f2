import { hashBase } from '../../core/base.ts';
import type { Context } from '../../core/context.ts';
import { joinErrors, ToolkitError } from '../../core/errors.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { hashTokenizer } from '../../core/tokenizer.ts';
import { CatalogueSchema } from '../../core/tool.ts';
import { type LoadedRecipe, loadRecipe } from '../../recipes/load.ts';
import type { ExecutorName } from '../../trainers/executors/executor-settings.ts';
import { adapterTargets } from '../adapter-targets.ts';
import { baseFolder } from '../base-folder.ts';
import { readMadeSamples } from '../made-samples.ts';
import { basePath, type Settings } from '../settings.ts';
import { cataloguePath, stageHash } from '../workspace-files.ts';
import { candidateJobs } from './candidate-jobs.ts';
import { candidateTargets } from './candidate-targets.ts';
import { refuseOtherPrompts } from './other-prompts.ts';
import { type BaseInputs, type PlannedJob, planJob } from './plan-job.ts';
import { renewJob } from './renew-job.ts';
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
  /** Trains all again, from nothing. */
  force?: boolean;
  /** Where to train; absent: where the settings say. */
  executor?: ExecutorName;
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
  const samples = await readMadeSamples(context.workspace);
  const { files } = samples;
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
    await refuseOtherPrompts(context, base, inputs.tokenizer);
    const parts = { context, settings, loaded, base, inputs, samples };
    if (sharing === undefined) jobs.push(...targets.map((target) => planJob(target, parts)));
    else jobs.push(...candidateJobs(candidateTargets(all, targets, sharing.candidates, files), parts, options.tools));
  }
  refuseDuplicates(jobs);
  return options.force ? jobs : Promise.all(jobs.map((job) => renewJob(job, samples)));
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

async function baseInputs(base: string): Promise<BaseInputs> {
  return { base: await hashBase(base), tokenizer: await hashTokenizer(base) };
}

function withPasses({ recipe, ...loaded }: LoadedRecipe, passes: number): LoadedRecipe {
  const shared = recipe.shared && { ...recipe.shared, epochs: recipe.shared.epochs * passes };
  return { ...loaded, recipe: { ...recipe, epochs: recipe.epochs * passes, shared } };
}
