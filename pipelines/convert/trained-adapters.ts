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
 * @throws ToolkitError (input) where there is none, and naming those that were trained on other samples than there are now
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
  await refuseStale(adapters, workspace);
  if (adapters.length > 0) return adapters;
  throw new ToolkitError({
    kind: 'input',
    what: 'there is no trained adapter',
    where: root,
    todo: 'train first: `pnpm train --recipe selector`, `pnpm train --recipe arguments`',
  });
}

/** A bundle has the prompt and the catalogue of today's samples: an adapter of older ones would be asked what it never saw. */
async function refuseStale(adapters: readonly Complete[], workspace: string): Promise<void> {
  const files = (await readManifest(join(workspace, 'samples')))?.files;
  const stale = adapters.filter(
    ({ samples, trainedOn }) => trainedOn === undefined || trainedOn !== files?.[`train/${samples}`],
  );
  if (stale.length === 0) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'adapters were trained on other samples than there are now',
    where: join(workspace, 'adapters'),
    found: stale.map(({ name }) => name).join(', '),
    todo:
      'train again: `pnpm train --recipe selector`, `pnpm train --recipe arguments`; ' +
      'delete the folder of an adapter that is not wanted any more',
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

interface Complete extends TrainedAdapter {
  /** Hash of the training file that it was made of. */
  trainedOn?: string;
}

async function complete(adapter: Expected, folder: string): Promise<Complete | undefined> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) return undefined;
  const job = join(folder, 'job.json');
  const { base_hash: baseHash } = existsSync(job) ? await readJsonFile(job, JobSchema) : {};
  return { ...adapter, folder, hash: manifest.hash, baseHash, trainedOn: manifest.inputs.train };
}
