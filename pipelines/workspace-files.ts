import { basename, join } from 'node:path';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import { changedFile, type Manifest, readManifest } from '../core/manifest.ts';

type Place = Pick<Context, 'workspace'>;

/** Absolute path of the catalogue of a workspace. */
export function cataloguePath({ workspace }: Place): string {
  return join(workspace, 'catalogue', 'catalogue.json');
}

/** Absolute path of a workspace's traces. */
export function tracesPath({ workspace }: Place): string {
  return join(workspace, 'traces', 'traces.jsonl');
}

/** Absolute path of the traces of a source, by its number from 1. */
export function importedPath({ workspace }: Place, number: number): string {
  return join(workspace, 'imported', importedName(number));
}

/** The name of that file. */
export function importedName(number: number): string {
  return `source-${number}.jsonl`;
}

/** Absolute path of the held-out traces. */
export function heldOutPath({ workspace }: Place): string {
  return join(workspace, 'samples', 'traces-test.jsonl');
}

/** Absolute path of the bundle's own description; the files that it names are relative to its folder. */
export function bundlePath({ workspace }: Place): string {
  return join(workspace, 'bundle', 'bundle.json');
}

/** Absolute path of the hashes of large files that are known from earlier starts. */
export function knownHashesPath({ workspace }: Place): string {
  return join(workspace, '.known-hashes.json');
}

/** Absolute path of what all trainings told, run after run. */
export function eventsPath({ workspace }: Place): string {
  return join(workspace, 'events.jsonl');
}

/** Absolute path of the curve over the number of tools on offer. */
export function offersPath({ workspace }: Place): string {
  return join(workspace, 'offers', 'offers.json');
}

/** The hash of a complete stage's artefacts. @throws ToolkitError (input) where the stage is not complete, or not as it was made */
export async function stageHash({ workspace }: Place, folder: string, command: string): Promise<string> {
  const path = join(workspace, folder);
  const manifest = await readManifest(path);
  if (manifest !== undefined) {
    await refuseChanged(path, manifest, `pnpm pipeline ${command} --force`);
    return manifest.hash;
  }
  throw new ToolkitError({
    kind: 'input',
    what: `the folder \`${folder}\` is missing or not complete`,
    where: path,
    todo: `run \`pnpm pipeline ${command}\` first`,
  });
}

/** What is made of files that somebody changed would bear the hash of others. @throws ToolkitError (input) naming the first such file */
export async function refuseChanged(folder: string, manifest: Manifest, command: string): Promise<void> {
  const changed = await changedFile(folder, manifest);
  if (changed === undefined) return;
  throw new ToolkitError({
    kind: 'input',
    what: `the folder \`${basename(folder)}\` changed since it was made: ${changed}`,
    where: folder,
    todo: `run \`${command}\` to make it again`,
  });
}
