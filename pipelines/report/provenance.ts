import { join } from 'node:path';
import type { Bundle } from '../../core/bundle.ts';
import { type Manifest, readManifest } from '../../core/manifest.ts';

/** Where one artefact comes from. */
export interface Origin {
  artefact: string;
  /** The command that makes it. */
  command: string;
  manifest: Manifest;
}

const STAGES: readonly (readonly [folder: string, command: string])[] = [
  ['catalogue', 'pnpm pipeline discover'],
  ['traces', 'pnpm pipeline synthesize'],
  ['imported', 'pnpm pipeline import'],
  ['samples', 'pnpm pipeline build-data'],
  ['bundle', 'pnpm pipeline convert'],
  ['evaluation', 'pnpm pipeline evaluate'],
  ['offers', 'pnpm pipeline offers'],
];

/**
 * The manifests of all complete artefacts that a report shows, in the order in which they are made; of imported traces, those that the samples
 * were made of; of adapters, those of the bundle; the curve over the number of tools on offer only where it is fresh and of the bundle that was
 * evaluated.
 */
export async function readOrigins(
  workspace: string,
  { bundle, freshOffers }: { bundle: Bundle | undefined; freshOffers: boolean },
): Promise<Origin[]> {
  const trainings = (bundle?.adapters ?? []).map(
    ({ name, task, tool }) =>
      [`adapters/${name}`, `pnpm train --recipe ${task}${tool === undefined ? '' : ` --tool ${tool}`}`] as const,
  );
  const all = [...STAGES.slice(0, 4), ...trainings, ...STAGES.slice(4)];
  const found = await Promise.all(
    all.map(async ([folder, command]) => ({
      artefact: folder,
      command,
      manifest: await readManifest(join(workspace, folder)),
    })),
  );
  const origins = found.flatMap(({ manifest, ...rest }) => (manifest ? [{ ...rest, manifest }] : []));
  const evaluated = inputOf(origins, 'evaluation', 'bundle');
  const used = {
    offers: freshOffers && evaluated !== undefined && inputOf(origins, 'offers', 'bundle') === evaluated,
    imported: inputOf(origins, 'samples', 'imported') !== undefined,
  };
  return origins.filter(({ artefact }) => used[artefact as keyof typeof used] !== false);
}

function inputOf(origins: readonly Origin[], stage: string, input: string): string | undefined {
  return origins.find(({ artefact }) => artefact === stage)?.manifest.inputs[input];
}
