import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { joinErrors, ToolkitError } from '../core/errors.ts';
import { isHubReference, parseHubModel } from '../core/hub/hub-model.ts';
import { nearest } from '../core/nearest.ts';
import { TaskSchema } from '../core/sample.ts';
import { type LocatedYaml, yamlErrors } from '../core/yaml-file.ts';
import { mergeLayers, readLayers, setLayer } from './layers.ts';
import { type Recipe, RecipeSchema } from './schema.ts';

export interface LoadedRecipe {
  /** With every default filled in; `base`, where given, absolute or `hub:…`. */
  recipe: Recipe;
  /** The file, absolute. */
  source: string;
  /** Where the value at a path stands: `file:line:column`. */
  locate(path: readonly PropertyKey[]): string;
}

export interface LoadOptions {
  /** Overrides, `key.path=value`; paths in them start from `folder`. */
  set?: readonly string[];
  /** What relative paths of the command line start from. */
  folder?: string;
}

/**
 * Loads a recipe with all that it extends and the overrides.
 * @param name `selector`, `demo/selector` (of the folder `recipes`), `qwen2.5-7b/selector` (that task with what suits that base, of the
 *   folder `recipes/bases`), or the path of a YAML file
 * @throws ToolkitError (input) with all errors at once, each with file, line, column, found and expected
 */
export async function loadRecipe(name: string, { set = [], folder = '.' }: LoadOptions = {}): Promise<LoadedRecipe> {
  const files = await findRecipe(name, folder);
  const source = files.at(-1)!;
  const layers = [...(await readLayers(files, findRecipe)), ...set.map((flag) => setLayer(flag, resolve(folder)))];
  const merged = mergeLayers(layers);
  const result = RecipeSchema.safeParse(merged.value);
  if (!result.success && dirname(source) === join(import.meta.dirname, 'bases')) throw onlyBase(name);
  const errors = result.success ? [] : yamlErrors(merged, RecipeSchema, result.error);
  const base = baseOf(merged);
  if (base instanceof ToolkitError) errors.push(base);
  if (!result.success || errors.length > 0) throw joinErrors(`${name} is not right`, errors);
  const recipe = base === undefined ? result.data : { ...result.data, base: base as string };
  return { recipe, source, locate: merged.locate };
}

/** The names of the recipes that come with the toolkit, as `loadRecipe` takes them. */
export async function recipeNames(): Promise<string[]> {
  const [files, bases] = [await ownFiles(), await recipeBases()];
  return [...files, ...bases.flatMap((base) => TaskSchema.options.map((task) => `${base}/${task}`))].sort();
}

/** The bases for which there is a file in `recipes/bases`: what suits them, whatever the task. */
export async function recipeBases(): Promise<string[]> {
  return (await yamlFiles()).flatMap((file) => (file.startsWith(BASES) ? file.slice(BASES.length) : [])).sort();
}

const BASES = 'bases/';

async function ownFiles(): Promise<string[]> {
  return (await yamlFiles()).filter((file) => !file.startsWith(BASES));
}

async function yamlFiles(): Promise<string[]> {
  const files = await readdir(import.meta.dirname, { recursive: true });
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replaceAll('\\', '/').slice(0, -'.yaml'.length));
}

async function findRecipe(name: string, folder: string): Promise<string[]> {
  const own = (file: string) => join(import.meta.dirname, `${file}.yaml`);
  const path = resolve(folder, name);
  if (/\.ya?ml$/.test(name) && existsSync(path)) return [path];
  const [files, bases, names] = [await ownFiles(), await recipeBases(), await recipeNames()];
  if (files.includes(name)) return [own(name)];
  const [base = '', task = ''] = name.split('/');
  if (names.includes(name)) return [own(task), own(BASES + base)];
  if (existsSync(path) && statSync(path).isFile()) return [path];
  const near = bases.includes(name) ? tasksOf(name) : nearest(name, names);
  throw new ToolkitError({
    kind: 'input',
    what: `there is no recipe \`${name}\``,
    expected: `${files.toSorted().join(', ')}, one of them behind a base (${bases.join('/, ')}/), or the path of a YAML file, from ${resolve(folder)}`,
    todo: near === undefined ? undefined : `did you mean \`${near}\`?`,
  });
}

/** The recipes for a base, in words. */
function tasksOf(base: string): string {
  return TaskSchema.options.map((task) => `${base}/${task}`).join('` or `');
}

function onlyBase(name: string): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: 'not a recipe by itself: it holds what suits a base, whatever the task',
    where: name,
    todo: `did you mean \`${tasksOf(basename(name).replace(/\.ya?ml$/, ''))}\`?`,
  });
}

function baseOf(merged: ReturnType<typeof mergeLayers> & LocatedYaml): string | ToolkitError | undefined {
  const { base } = merged.value as { base?: unknown };
  if (typeof base !== 'string' || base === '') return undefined;
  if (isHubReference(base)) return parseHubModel(base) === undefined ? wrongReference(base, merged) : base;
  const path = resolve(merged.folderOf(['base']), base);
  if (existsSync(join(path, 'config.json'))) return path;
  return new ToolkitError({
    kind: 'input',
    what: 'wrong value of `base`',
    where: merged.locate(['base']),
    expected: 'the folder of a model in Hugging Face layout, with config.json',
    found: `${JSON.stringify(base)} (${relative(resolve('.'), path) || '.'} ${existsSync(path) ? 'holds no config.json' : 'does not exist'})`,
    todo: 'correct the path, or leave `base` out to take that of the workspace',
  });
}

function wrongReference(base: string, merged: LocatedYaml): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: 'wrong value of `base`',
    where: merged.locate(['base']),
    expected: 'hub:owner/name@commit',
    found: JSON.stringify(base),
  });
}
