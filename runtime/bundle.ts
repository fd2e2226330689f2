import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hashBase } from '../core/base.ts';
import { type Bundle, BundleSchema } from '../core/bundle.ts';
import { ToolkitError } from '../core/errors.ts';
import { hashFile } from '../core/hash.ts';
import { isInside } from '../core/is-inside.ts';
import { readJsonFile } from '../core/json-file.ts';
import type { PromptSource } from '../core/prompt/load-renderer.ts';
import { trainedPrompts } from '../core/prompt/trained-prompts.ts';
import { type Catalogue, CatalogueSchema } from '../core/tool.ts';
import { type BundlePlace, decoupledAdapters } from './bundle-adapters.ts';
import type { TwoStepAdapters } from './two-step.ts';

/** Where a bundle and what it belongs to lie, absolute. */
export interface BundleSource {
  /** The folder that `convert` made. */
  folder: string;
  /** The base's folder in Hugging Face layout: its template and tokenizer make the prompts. */
  base: string;
  /** The catalogue's file. */
  catalogue: string;
  /** Hashes a file of the base or of the bundle. Default: `hashFile`. */
  hash?: (path: string) => Promise<string>;
}

/** A bundle that was checked and is ready to be used. */
export interface OpenBundle extends BundlePlace {
  catalogue: Catalogue;
  /** What its prompts are made of. */
  prompts: PromptSource;
  adapters: TwoStepAdapters;
}

/**
 * Opens what `convert` made. Nothing of it is believed: the catalogue has to be the one that the adapters were trained on, the base the one that
 * they belong to, and each file has to be as it was made.
 * @throws ToolkitError (input) which says what does not fit, and what to run
 */
export async function openBundle(source: BundleSource): Promise<OpenBundle> {
  const { folder, base, catalogue: cataloguePath, hash = hashFile } = source;
  const path = join(folder, 'bundle.json');
  if (!existsSync(path)) {
    throw new ToolkitError({
      kind: 'input',
      what: 'there is no bundle',
      where: folder,
      todo: 'run `pnpm pipeline run`, or `pnpm pipeline convert` where the adapters are trained',
    });
  }
  const bundle = await readJsonFile(path, BundleSchema);
  const place = { bundle, folder };
  const adapters = decoupledAdapters(place);
  const catalogue = await readJsonFile(cataloguePath, CatalogueSchema);
  if (catalogue.hash !== bundle.catalogue) {
    throw new ToolkitError({
      kind: 'input',
      what: 'the tools are not those that the adapters were trained on',
      where: cataloguePath,
      expected: `catalogue ${bundle.catalogue}`,
      found: `catalogue ${catalogue.hash}`,
      todo: 'run `pnpm pipeline run`: it makes new what the change of tools made stale',
    });
  }
  const prompts = await promptsOf(bundle, base);
  await checkBase(bundle, base, hash);
  await checkFiles(place, hash);
  return { ...place, catalogue, prompts, adapters };
}

async function promptsOf({ prompt }: Bundle, base: string): Promise<PromptSource> {
  const { source } = await trainedPrompts(base, prompt);
  if (source.tokenizer.hash === prompt.tokenizer) return source;
  throw new ToolkitError({
    kind: 'input',
    what: 'the base has another tokenizer than the adapters were trained with',
    where: base,
    expected: prompt.tokenizer,
    found: source.tokenizer.hash,
    todo: 'correct `base` in workspace.yaml, or run build-data, train and convert again',
  });
}

async function checkBase({ base: made }: Bundle, base: string, hash: typeof hashFile): Promise<void> {
  const found = await hashBase(base, hash);
  if (found === made.source) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'the bundle was made for another base',
    where: base,
    expected: `base ${made.source}`,
    found: `base ${found}`,
    todo: 'correct `base` in workspace.yaml, or train and convert for this one',
  });
}

/** A file that is cut off or exchanged would give wrong answers, or end the process. */
async function checkFiles({ bundle, folder }: BundlePlace, hash: typeof hashFile): Promise<void> {
  for (const { file, sha256 } of [bundle.base, ...bundle.adapters]) {
    const path = resolve(folder, file);
    const found = isInside(path, folder)
      ? await hash(path).catch(() => 'nothing that can be read')
      : 'a path that leads out of the bundle';
    if (found === sha256) continue;
    throw new ToolkitError({
      kind: 'input',
      what: 'a file of the bundle is not as it was made',
      where: path,
      expected: sha256,
      found,
      todo: 'run `pnpm pipeline convert --force`, or copy the bundle again',
    });
  }
}
