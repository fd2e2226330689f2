import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { CatalogueSchema, type Tool } from '../../core/tool.ts';
import type { Recipe } from '../../recipes/schema.ts';
import { argumentPaths, SHARED_ARGUMENTS, samplePath } from '../build-data/sample-path.ts';
import { cataloguePath } from '../workspace-files.ts';
import { chooseTools } from './choose-tools.ts';

/** What one job is trained on. */
export interface Target {
  name: string;
  tool?: Tool;
  /** Of its samples, in a split's folder. */
  paths: string[];
}

/**
 * The jobs of a recipe: one, or for argument adapters one for each tool that has samples.
 * @throws ToolkitError (input) where a wanted one has no samples
 */
export async function targetsOf(
  recipe: string,
  { task }: Recipe,
  context: Context,
  tools: readonly string[] | undefined,
  files: Record<string, string>,
): Promise<Target[]> {
  if (task !== 'arguments') {
    if (tools?.length)
      throw new ToolkitError({
        kind: 'input',
        what: `the recipe \`${recipe}\` trains one adapter for all tools`,
        found: `--tool ${tools[0]}`,
      });
    return [existing({ name: task, paths: [samplePath(task)] }, files)];
  }
  const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const all = catalogue.tools.map(
    (tool): Target => ({ name: `arguments-${tool.slug}`, tool, paths: [samplePath(task, tool.slug)] }),
  );
  if (tools?.length) {
    const chosen = new Set(chooseTools(catalogue.tools, tools));
    return all.filter(({ tool }) => chosen.has(tool!)).map((target) => existing(target, files));
  }
  return all.filter(({ paths }) => hasSamples(paths, files));
}

function existing(target: Target, files: Record<string, string>): Target {
  if (hasSamples(target.paths, files)) return target;
  throw new ToolkitError({
    kind: 'input',
    what: target.tool ? `the tool ${target.tool.id} has no argument samples` : `there are no ${target.name} samples`,
    expected: `samples/train/${target.paths[0]}`,
    todo: target.tool
      ? 'a tool without parameters needs no adapter; else write more traces and build the data again'
      : 'run `pnpm pipeline build-data` first',
  });
}

function hasSamples(paths: readonly string[], files: Record<string, string>): boolean {
  return paths.some((path) => `train/${path}` in files);
}

/** The arguments of all tools. */
export function sharedTarget(files: Record<string, string>): Target {
  return { name: SHARED_ARGUMENTS, paths: argumentPaths(files) };
}
