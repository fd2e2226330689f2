import { join } from 'node:path';
import { changedFile, readManifest } from '../../core/manifest.ts';

/** What of a workspace an evaluation is of. */
const PARTS = ['catalogue', 'samples', 'bundle'];

/**
 * Why the figures of an evaluation may not be those of its workspace; `undefined`: nothing speaks against them. `publish` refuses what is doubtful here.
 * @param folder of the evaluation
 */
export async function doubtEvaluation(workspace: string, folder: string): Promise<string | undefined> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) return 'the evaluation is not complete';
  const changed = await changedFile(folder, manifest);
  if (changed !== undefined) return `the evaluation changed since it was made: ${changed}`;
  const hashes = await Promise.all(PARTS.map(async (part) => (await readManifest(join(workspace, part)))?.hash));
  const others = PARTS.filter((part, at) => part in manifest.inputs && manifest.inputs[part] !== hashes[at]);
  return others.length === 0 ? undefined : `the evaluation is of another ${others.join(', another ')}`;
}
