import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
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
  ['samples', 'pnpm pipeline build-data'],
  ['bundle', 'pnpm pipeline convert'],
  ['evaluation', 'pnpm pipeline evaluate'],
];

/** The manifests of all complete artefacts of a workspace, in the order in which they are made. */
export async function readOrigins(workspace: string): Promise<Origin[]> {
  const adapters = join(workspace, 'adapters');
  const jobs = existsSync(adapters) ? (await readdir(adapters)).sort() : [];
  const trainings = jobs.map((job) => [`adapters/${job}`, `pnpm train --recipe ${recipeOf(job)}`] as const);
  const all = [...STAGES.slice(0, 3), ...trainings, ...STAGES.slice(3)];
  const found = await Promise.all(
    all.map(async ([folder, command]) => ({
      artefact: folder,
      command,
      manifest: await readManifest(join(workspace, folder)),
    })),
  );
  return found.flatMap(({ manifest, ...rest }) => (manifest ? [{ ...rest, manifest }] : []));
}

function recipeOf(job: string): string {
  return job.startsWith('arguments') ? 'arguments' : job;
}
