import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { BundledAdapter } from '../../core/bundle.ts';
import { ToolkitError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/hash.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { readManifest } from '../../core/manifest.ts';
import type { Catalogue } from '../../core/tool.ts';
import { argumentPaths, SHARED_ARGUMENTS, samplePath } from '../build-data/sample-path.ts';

/** A complete adapter of the workspace. */
export interface TrainedAdapter extends Pick<BundledAdapter, 'name' | 'task' | 'tool'> {
  folder: string;
  /** Hash of its files. */
  hash: string;
  /** `hashBase` of the base that it was trained on. */
  baseHash?: string;
  /** Its files of samples inside a split's folder: `arguments/<tool slug>.jsonl`. */
  samples: string[];
}

const JobSchema = z.looseObject({ base_hash: z.string().optional() });

/**
 * The adapters that training has finished, in the catalogue's order; folders of other tools are passed over.
 * @throws ToolkitError (input) where there is none, and naming those that were trained on other samples than there are now
 */
export async function trainedAdapters(workspace: string, catalogue: Catalogue): Promise<TrainedAdapter[]> {
  const root = join(workspace, 'adapters');
  const names = existsSync(root) ? new Set(await readdir(root)) : new Set<string>();
  const files = (await readManifest(join(workspace, 'samples')))?.files ?? {};
  const found = await Promise.all(
    expected(catalogue, files)
      .filter(({ name }) => names.has(name))
      .map((adapter) => complete(adapter, join(root, adapter.name))),
  );
  const adapters = found.filter((adapter) => adapter !== undefined);
  refuseStale(adapters, files, root);
  if (adapters.length > 0) return adapters;
  throw new ToolkitError({
    kind: 'input',
    what: 'there is no trained adapter',
    where: root,
    todo: 'train first: `pnpm train --recipe selector`, `pnpm train --recipe arguments`',
  });
}

/** A bundle has the prompt and the catalogue of today's samples: an adapter of older ones would be asked what it never saw. */
function refuseStale(adapters: readonly Complete[], files: Readonly<Record<string, string>>, where: string): void {
  const stale = adapters.filter(({ samples, trainedOn }) => {
    const now = samples.map((path) => `train/${path}`).filter((file) => file in files);
    return canonicalJson(trainedOn) !== canonicalJson(Object.fromEntries(now.map((file) => [file, files[file]])));
  });
  if (stale.length === 0) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'adapters were trained on other samples than there are now',
    where,
    found: stale.map(({ name }) => name).join(', '),
    todo:
      'train again: `pnpm train --recipe selector`, `pnpm train --recipe arguments`; ' +
      'delete the folder of an adapter that is not wanted any more',
  });
}

type Expected = Pick<TrainedAdapter, 'name' | 'task' | 'tool' | 'samples'>;

function expected(catalogue: Catalogue, files: Readonly<Record<string, string>>): Expected[] {
  return [
    { name: 'selector', task: 'selector', samples: [samplePath('selector')] },
    { name: 'monolithic', task: 'monolithic', samples: [samplePath('monolithic')] },
    { name: SHARED_ARGUMENTS, task: 'arguments', samples: argumentPaths(files) },
    ...catalogue.tools.map(
      ({ id, slug }): Expected => ({
        name: `arguments-${slug}`,
        task: 'arguments',
        tool: id,
        samples: [samplePath('arguments', slug)],
      }),
    ),
  ];
}

interface Complete extends TrainedAdapter {
  /** Hashes of the training files that it was made of. */
  trainedOn: Record<string, string>;
}

async function complete(adapter: Expected, folder: string): Promise<Complete | undefined> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) return undefined;
  const job = join(folder, 'job.json');
  const { base_hash: baseHash } = existsSync(job) ? await readJsonFile(job, JobSchema) : {};
  const trainedOn = Object.fromEntries(Object.entries(manifest.inputs).filter(([name]) => name.startsWith('train/')));
  return { ...adapter, folder, hash: manifest.hash, baseHash, trainedOn };
}
