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
export async function readOrigins(
  workspace: string,
  { freshOffers, read = originReader(workspace) }: { freshOffers: boolean; read?: OriginReader },
): Promise<Origin[]> {
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

/**
 * The manifests of the samples in a workspace and of all that they were made from. None where a part of that is no longer there, was made again or
 * changed: what is counted in one could not be told of the others.
 */
export async function readDataOrigins(
  workspace: string,
  { read = originReader(workspace) }: { read?: OriginReader } = {},
): Promise<Origin[]> {
  const samples = await read('samples', 'pnpm pipeline build-data', () => true);
  const used = inputsOf(samples);
  const origins = [
    ...(await read('catalogue', 'pnpm pipeline discover', hashed(used.catalogue))),
    ...(await read('traces', 'pnpm pipeline synthesize', hashed(used.traces))),
    ...(used.imported === undefined ? [] : await read('imported', 'pnpm pipeline import', hashed(used.imported))),
    ...samples,
  ];
  return origins.length === (used.imported === undefined ? 3 : 4) ? origins : [];
}

/** Reads the manifest of an artefact; nothing where it is not complete, not as it was made, or not the one that is meant. */
export type OriginReader = (
  artefact: string,
  command: string,
  isMeant: (manifest: Manifest) => boolean,
) => Promise<Origin[]>;

/** Compares the files of an artefact with its manifest only once, as there may be many gigabytes. */
export function originReader(workspace: string): OriginReader {
  const changed = new Map<string, Promise<string | undefined>>();
  return async (artefact, command, isMeant) => {
    const manifest = await readManifest(join(workspace, artefact));
    if (manifest === undefined || !isMeant(manifest)) return [];
    if (!changed.has(artefact)) changed.set(artefact, changedFile(join(workspace, artefact), manifest));
    return (await changed.get(artefact)) === undefined ? [{ artefact, command, manifest }] : [];
  };
}

function hashed(wanted: string | undefined): (manifest: Manifest) => boolean {
  return (manifest) => manifest.hash === wanted;
}

/** The adapters among them whose training left a log. */
export function loggedTrainings(origins: readonly Origin[]): string[] {
  return origins
    .filter(({ artefact, manifest }) => artefact.startsWith(ADAPTERS) && TRAINING_LOG in manifest.files)
    .map(({ artefact }) => artefact.slice(ADAPTERS.length));
}

/** The manifest of one of the artefacts. */
export function manifestOf(origins: readonly Origin[], artefact: string): Manifest | undefined {
  return origins.find((origin) => origin.artefact === artefact)?.manifest;
}

function inputsOf([origin]: readonly Origin[]): Record<string, string> {
  return origin?.manifest.inputs ?? {};
}
