import { join } from 'node:path';
import { changedFile, type Manifest, readManifest } from '../../core/manifest.ts';
import { readBundle } from './read-bundle.ts';
import { TRAINING_LOG } from './training-curve.ts';

/** Where one artefact comes from. */
export interface Origin {
  artefact: string;
  /** The command that makes it. */
  command: string;
  manifest: Manifest;
}

const ADAPTERS = 'adapters/';

/**
 * The manifests of the artefacts that the evaluation was made from, in the order in which they are made: those whose hash is the one that the
 * evaluation names, or what it was made from, and whose files are as they were made. What was made again, or changed, since is left out: the
 * figures are not its own. The curve over the number of tools on offer only where it is fresh and of the bundle that was evaluated.
 */
export async function readOrigins(workspace: string, { freshOffers }: { freshOffers: boolean }): Promise<Origin[]> {
  const read = async (
    artefact: string,
    command: string,
    isMeant: (manifest: Manifest) => boolean,
  ): Promise<Origin[]> => {
    const manifest = await readManifest(join(workspace, artefact));
    if (manifest === undefined || !isMeant(manifest)) return [];
    const changed = await changedFile(join(workspace, artefact), manifest);
    return changed === undefined ? [{ artefact, command, manifest }] : [];
  };
  const hashed = (wanted: string | undefined) => (manifest: Manifest) => manifest.hash === wanted;
  const evaluation = await read('evaluation', 'pnpm pipeline evaluate', () => true);
  const used = inputsOf(evaluation);
  const catalogue = await read('catalogue', 'pnpm pipeline discover', hashed(used.catalogue));
  const samples = await read('samples', 'pnpm pipeline build-data', hashed(used.samples));
  const traces = await read('traces', 'pnpm pipeline synthesize', hashed(inputsOf(samples).traces));
  const imported = await read('imported', 'pnpm pipeline import', hashed(inputsOf(samples).imported));
  const bundle = await read('bundle', 'pnpm pipeline convert', hashed(used.bundle));
  const trainings: Origin[] = [];
  for (const { name, task, tool } of bundle.length > 0 ? (await readBundle(workspace)).adapters : []) {
    const command = `pnpm train --recipe ${task}${tool === undefined ? '' : ` --tool ${tool}`}`;
    trainings.push(...(await read(`${ADAPTERS}${name}`, command, hashed(inputsOf(bundle)[`adapter ${name}`]))));
  }
  const isOfBundle = ({ inputs }: Manifest) =>
    freshOffers && used.bundle !== undefined && inputs.bundle === used.bundle;
  const offers = await read('offers', 'pnpm pipeline offers', isOfBundle);
  return [...catalogue, ...traces, ...imported, ...samples, ...trainings, ...bundle, ...evaluation, ...offers];
}

/** The adapters among them whose training left a log. */
export function loggedTrainings(origins: readonly Origin[]): string[] {
  return origins
    .filter(({ artefact, manifest }) => artefact.startsWith(ADAPTERS) && TRAINING_LOG in manifest.files)
    .map(({ artefact }) => artefact.slice(ADAPTERS.length));
}

function inputsOf([origin]: readonly Origin[]): Record<string, string> {
  return origin?.manifest.inputs ?? {};
}
