import { ToolkitError } from '../../core/errors.ts';
import type { Task } from '../../core/sample.ts';
import { type AdapterTarget, splitFiles } from '../adapter-targets.ts';
import { chooseTools } from './choose-tools.ts';

export interface TargetChoice {
  all: readonly AdapterTarget[];
  /** Ids or names: only the argument adapters of these tools. */
  tools?: readonly string[];
  /** Hashes of the samples' files. */
  files: Readonly<Record<string, string>>;
}

/**
 * What a recipe trains: one adapter, or an own one for the arguments of each tool that has samples.
 * @throws ToolkitError (input) where a wanted one has no samples
 */
export function targetsOf(recipe: string, task: Task, { all, tools, files }: TargetChoice): AdapterTarget[] {
  if (task !== 'arguments') {
    if (tools?.length)
      throw new ToolkitError({
        kind: 'input',
        what: `the recipe \`${recipe}\` trains one adapter for all tools`,
        found: `--tool ${tools[0]}`,
      });
    return all.filter((target) => target.task === task).map((target) => existing(target, files));
  }
  const each = all.flatMap((target) =>
    target.candidate === 'own' && target.tool ? [{ target, tool: target.tool }] : [],
  );
  if (!tools?.length) return each.map(({ target }) => target).filter((target) => hasSamples(target, files));
  const chosen = new Set(
    chooseTools(
      each.map(({ tool }) => tool),
      tools,
    ),
  );
  return each.filter(({ tool }) => chosen.has(tool)).map(({ target }) => existing(target, files));
}

function existing(target: AdapterTarget, files: TargetChoice['files']): AdapterTarget {
  if (hasSamples(target, files)) return target;
  throw new ToolkitError({
    kind: 'input',
    what: target.tool ? `the tool ${target.tool.id} has no argument samples` : `there are no ${target.name} samples`,
    expected: `samples/train/${target.paths[0]}`,
    todo: target.tool
      ? 'a tool without parameters needs no adapter; for others traces/rejects.json and samples/rejects.json say why there are none'
      : 'run `pnpm pipeline build-data` first',
  });
}

function hasSamples({ paths }: AdapterTarget, files: TargetChoice['files']): boolean {
  return Object.keys(splitFiles('train', paths, files)).length > 0;
}
