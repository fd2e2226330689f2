import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import { readManifest } from '../core/manifest.ts';

type Place = Pick<Context, 'workspace'>;

/** Absolute path of the catalogue of a workspace. */
export function cataloguePath({ workspace }: Place): string {
  return join(workspace, 'catalogue', 'catalogue.json');
}

/** Absolute path of a workspace's traces. */
export function tracesPath({ workspace }: Place): string {
  return join(workspace, 'traces', 'traces.jsonl');
}

/** Absolute path of the held-out traces. */
export function heldOutPath({ workspace }: Place): string {
  return join(workspace, 'samples', 'traces-test.jsonl');
}

/** Absolute path of the bundle's own description; the files that it names are relative to its folder. */
export function bundlePath({ workspace }: Place): string {
  return join(workspace, 'bundle', 'bundle.json');
}

/** The hash of a complete stage's artefacts. @throws ToolkitError (input) where the stage is not complete */
export async function stageHash({ workspace }: Place, folder: string, command: string): Promise<string> {
  const path = join(workspace, folder);
  const manifest = await readManifest(path);
  if (manifest !== undefined) return manifest.hash;
  throw new ToolkitError({
    kind: 'input',
    what: `the folder \`${folder}\` is missing or not complete`,
    where: path,
    todo: `run \`pnpm pipeline ${command}\` first`,
  });
}
