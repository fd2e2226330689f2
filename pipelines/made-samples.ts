import { join } from 'node:path';
import { ToolkitError } from '../core/errors.ts';
import { readManifest } from '../core/manifest.ts';
import { type AdapterTarget, splitFiles } from './adapter-targets.ts';
import { type DataBasis, dataOf, readData, type ToolData } from './build-data/data-basis.ts';

/** The samples of a workspace. */
export interface MadeSamples {
  /** Hashes of the files, by path inside the folder. */
  files: Readonly<Record<string, string>>;
  /** What the argument samples of each tool were made of, by id. */
  tools: Readonly<Record<string, Pick<ToolData, 'data' | 'before'>>>;
  /** What adapters of older ones may have learned from and go on (`DataBasis`). */
  renewable: NonNullable<DataBasis['renewable']>;
}

/** None where they are not complete. */
export async function readMadeSamples(workspace: string): Promise<MadeSamples> {
  const folder = join(workspace, 'samples');
  const files = (await readManifest(folder))?.files ?? {};
  const { tools = {}, renewable = {} } = (await readData(folder)) ?? {};
  return { files, tools, renewable };
}

/**
 * The samples that decide an adapter. One that writes arguments is decided by the data of its tools, which stay the same while other tools come, go
 * and change: the bytes of their files do not. Any other is decided by its files.
 * @throws ToolkitError (input) where nothing says what samples were made of
 */
export function decidingSamples(
  { task, tools, paths }: Pick<AdapterTarget, 'task' | 'tools' | 'paths'>,
  samples: MadeSamples,
): Record<string, string> {
  const found = splitFiles('train', paths, samples.files);
  if (task !== 'arguments') return { ...found, ...splitFiles('validation', paths, samples.files) };
  const trained = tools.filter(({ path }) => `train/${path}` in found);
  return Object.fromEntries(trained.map(({ id }) => [dataOf(id), dataHash(id, samples)]));
}

/** Those of a plan's or manifest's inputs that it was trained on. */
export function trainedOn(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).filter(([name]) => name.startsWith('train/') || name.startsWith(dataOf(''))),
  );
}

function dataHash(id: string, { tools }: MadeSamples): string {
  const data = tools[id]?.data;
  if (data !== undefined) return data;
  throw new ToolkitError({
    kind: 'input',
    what: `nothing says what the samples of ${id} were made of`,
    where: 'samples/data.json',
    todo: 'run `pnpm pipeline build-data --force`',
  });
}
