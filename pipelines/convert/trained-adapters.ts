import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { BundledAdapter } from '../../core/bundle.ts';
import { ToolkitError } from '../../core/errors.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { readManifest } from '../../core/manifest.ts';
import type { Catalogue } from '../../core/tool.ts';

/** A complete adapter of the workspace. */
export interface TrainedAdapter extends Pick<BundledAdapter, 'name' | 'task' | 'tool'> {
  folder: string;
  /** Hash of its files. */
  hash: string;
  /** `hashBase` of the base that it was trained on. */
  baseHash?: string;
  /** Its training file inside a split's folder: `arguments/<tool slug>.jsonl`. */
  samples: string;
}

const JobSchema = z.looseObject({ base_hash: z.string().optional() });

/**
 * The adapters that training has finished, in the catalogue's order; folders of other tools are passed over.
 * @throws ToolkitError (input) where there is none
 */
export async function trainedAdapters(workspace: string, catalogue: Catalogue): Promise<TrainedAdapter[]> {
  const root = join(workspace, 'adapters');
  const names = existsSync(root) ? new Set(await readdir(root)) : new Set<string>();
  const found = await Promise.all(
    expected(catalogue)
      .filter(({ name }) => names.has(name))
      .map((adapter) => complete(adapter, join(root, adapter.name))),
  );
  const adapters = found.filter((adapter) => adapter !== undefined);
  if (adapters.length > 0) return adapters;
  throw new ToolkitError({
    kind: 'input',
    what: 'there is no trained adapter',
    where: root,
    todo: 'train first: `pnpm train --recipe selector`, `pnpm train --recipe arguments`',
  });
}

type Expected = Pick<TrainedAdapter, 'name' | 'task' | 'tool' | 'samples'>;

function expected(catalogue: Catalogue): Expected[] {
  return [
    { name: 'selector', task: 'selector', samples: 'selector.jsonl' },
    { name: 'monolithic', task: 'monolithic', samples: 'monolithic.jsonl' },
    ...catalogue.tools.map(
      ({ id, slug }): Expected => ({
        name: `arguments-${slug}`,
        task: 'arguments',
        tool: id,
        samples: `arguments/${slug}.jsonl`,
      }),
    ),
  ];
}

async function complete(adapter: Expected, folder: string): Promise<TrainedAdapter | undefined> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) return undefined;
  const job = join(folder, 'job.json');
  const { base_hash: baseHash } = existsSync(job) ? await readJsonFile(job, JobSchema) : {};
  return { ...adapter, folder, hash: manifest.hash, baseHash };
}
