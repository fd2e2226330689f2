import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundledAdapter } from '../../core/bundle.ts';
import type { Candidate } from '../../core/candidate.ts';
import { ToolkitError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/hash.ts';
import { readManifest } from '../../core/manifest.ts';
import type { Catalogue } from '../../core/tool.ts';
import { type AdapterTarget, adapterTargets } from '../adapter-targets.ts';
import { decidingSamples, type MadeSamples, readMadeSamples, trainedOn } from '../made-samples.ts';

/** A complete adapter of the workspace. */
export interface TrainedAdapter extends Pick<BundledAdapter, 'name' | 'task' | 'tool' | 'group'> {
  /** Which of the adapters for a tool's arguments it is. */
  candidate?: Candidate;
  folder: string;
  /** Hash of its files. */
  hash: string;
  /** `hashBase` of the base that it was trained on. */
  baseHash?: string;
  /** The tools whose arguments it writes, with where their samples may lie; none for other tasks. */
  tools: AdapterTarget['tools'];
  /** Where its samples may lie inside a split's folder: `arguments/<tool slug>.jsonl`. */
  paths: string[];
}

/**
 * The adapters that training has finished, in the catalogue's order; folders of other tools are passed over.
 * @throws ToolkitError (input) where there is none, and naming those that were trained on other samples than there are now
 */
export async function trainedAdapters(workspace: string, catalogue: Catalogue): Promise<TrainedAdapter[]> {
  const root = join(workspace, 'adapters');
  const names = existsSync(root) ? new Set(await readdir(root)) : new Set<string>();
  const samples = await readMadeSamples(workspace);
  const found = await Promise.all(
    adapterTargets(catalogue.tools)
      .filter(({ name }) => names.has(name))
      .map((target) => complete(target, join(root, target.name))),
  );
  const adapters = found.filter((adapter) => adapter !== undefined);
  refuseStale(adapters, samples, root);
  if (adapters.length > 0) return adapters;
  throw new ToolkitError({
    kind: 'input',
    what: 'there is no trained adapter',
    where: root,
    todo: 'train first: `pnpm train --recipe selector`, `pnpm train --recipe arguments`',
  });
}

/** A bundle has the prompt and the catalogue of today's samples: an adapter of older ones would be asked what it never saw. */
function refuseStale(adapters: readonly Complete[], samples: MadeSamples, where: string): void {
  const stale = adapters.filter((adapter) => {
    const isUnknown = Object.keys(adapter.madeOf).length === 0;
    return isUnknown || canonicalJson(adapter.madeOf) !== canonicalJson(trainedOn(decidingSamples(adapter, samples)));
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

interface Complete extends TrainedAdapter {
  /** Hashes of the training data that it was made of. */
  madeOf: Record<string, string>;
}

async function complete({ tool, ...target }: AdapterTarget, folder: string): Promise<Complete | undefined> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) return undefined;
  const { hash, inputs } = manifest;
  return { ...target, tool: tool?.id, folder, hash, baseHash: inputs.base, madeOf: trainedOn(inputs) };
}
