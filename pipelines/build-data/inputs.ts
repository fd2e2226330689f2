import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { readManifest } from '../../core/manifest.ts';

/** Absolute path of a workspace's traces. */
export function tracesPath(context: Context): string {
  return join(context.workspace, 'traces', 'traces.jsonl');
}

/** The hash of a complete stage's artefacts. @throws ToolkitError (input) where the stage is not complete */
export async function stageHash(context: Context, folder: string, command: string): Promise<string> {
  const path = join(context.workspace, folder);
  const manifest = await readManifest(path);
  if (manifest !== undefined) return manifest.hash;
  throw new ToolkitError({
    kind: 'input',
    what: existsSync(path) ? `the ${folder} are not complete` : `there are no ${folder} yet`,
    where: path,
    todo: `run \`pnpm pipeline ${command}\` first`,
  });
}
