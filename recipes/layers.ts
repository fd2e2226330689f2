import { dirname } from 'node:path';
import { parseDocument } from 'yaml';
import { ToolkitError } from '../core/errors.ts';
import { valueAt } from '../core/issues.ts';
import { type LocatedYaml, parseYamlFile, plainValue, showValue } from '../core/yaml-file.ts';

type Values = Record<string, unknown>;

/** A recipe file, or one `--set`: its values, and where each stands. Later layers win. */
export interface Layer extends LocatedYaml {
  value: Values;
  /** The folder that its relative paths start from. */
  folder: string;
}

/** The paths of the files that a name means, seen from a folder; later ones win. */
export type FindRecipe = (name: string, folder: string) => Promise<string[]>;

/**
 * The files and all that they extend, the farthest first.
 * @throws ToolkitError (input) on a cycle or an unreadable file
 */
export async function readLayers(
  paths: readonly string[],
  find: FindRecipe,
  below: readonly string[] = [],
): Promise<Layer[]> {
  return (await Promise.all(paths.map((path) => readFileLayers(path, find, below)))).flat();
}

async function readFileLayers(path: string, find: FindRecipe, below: readonly string[]): Promise<Layer[]> {
  const yaml = await parseYamlFile(path);
  if (!isValues(yaml.value)) {
    throw new ToolkitError({
      kind: 'input',
      what: 'not a recipe',
      where: path,
      expected: 'keys and values',
      found: showValue(yaml.value),
    });
  }
  const { extends: parent, ...value } = yaml.value;
  const layer: Layer = { value, folder: dirname(path), locate: yaml.locate };
  if (parent === undefined) return [layer];
  const where = yaml.locate(['extends']);
  if (typeof parent !== 'string') {
    throw new ToolkitError({
      kind: 'input',
      what: 'wrong value of `extends`',
      where,
      expected: 'the name or the path of a recipe',
      found: showValue(parent),
    });
  }
  const targets = await find(parent, dirname(path)).catch((error: unknown) => {
    throw error instanceof ToolkitError ? new ToolkitError({ ...error.details, where }) : error;
  });
  const chain = [...below, path];
  const again = targets.find((target) => chain.includes(target));
  if (again !== undefined) {
    throw new ToolkitError({
      kind: 'input',
      what: 'recipes extend one another in a circle',
      where,
      found: [...chain, again].join(' → '),
    });
  }
  const parents = await readLayers(targets, find, chain).catch((error: unknown) => {
    if (error instanceof ToolkitError && targets.includes(error.details.where ?? '')) {
      throw new ToolkitError({
        kind: 'input',
        what: 'cannot read the recipe that is extended',
        where,
        found: parent,
        cause: error,
      });
    }
    throw error;
  });
  return [...parents, layer];
}

/** One `key.path=value` from the command line; the value is read as YAML. */
export function setLayer(flag: string, folder: string): Layer {
  const [, path, text] = /^([\w.]+)=(.*)$/s.exec(flag) ?? [];
  const where = `--set ${flag}`;
  if (path === undefined || text === undefined) {
    throw new ToolkitError({
      kind: 'input',
      what: 'not an override',
      where,
      expected: '--set key=value, for example --set optimizer.lr=1e-4',
    });
  }
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new ToolkitError({ kind: 'input', what: `not valid YAML: ${error.message}`, where, cause: error });
  const value = plainValue(document, () => where);
  const nested = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  return { value: nested as Values, folder, locate: () => where };
}

/** All layers as one value that still knows where each part came from. */
export function mergeLayers(
  layers: readonly Layer[],
): LocatedYaml & { folderOf(path: readonly PropertyKey[]): string } {
  const owner = (path: readonly PropertyKey[]) => {
    for (let depth = path.length; depth > 0; depth--) {
      const found = layers.findLast((layer) => valueAt(layer.value, path.slice(0, depth)) !== undefined);
      if (found) return found;
    }
    return layers.at(-1)!;
  };
  return {
    value: layers.reduce<Values>((merged, { value }) => mergeValues(merged, value), {}),
    locate: (path) => owner(path).locate(path),
    folderOf: (path) => owner(path).folder,
  };
}

function mergeValues(low: Values, high: Values): Values {
  const merged = { ...low };
  for (const [key, value] of Object.entries(high)) {
    const before = merged[key];
    merged[key] = isValues(before) && isValues(value) ? mergeValues(before, value) : value;
  }
  return merged;
}

function isValues(value: unknown): value is Values {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
