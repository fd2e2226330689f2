import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { ToolkitError } from './errors.ts';
import { canonicalJson, hashFile } from './hash.ts';
import { readJsonFile } from './json-file.ts';

/** Written last into a stage's folder: its presence means that the stage is complete. */
export const MANIFEST = 'manifest.json';

/** Everything that decides what a stage makes. Equal plans make equal artefacts. */
export interface StagePlan {
  /** For people: `synthesize`. */
  stage: string;
  /** The folder that it makes, absolute. */
  folder: string;
  /** Content hashes of what it reads. */
  inputs: Record<string, string>;
  /** Its settings, as JSON. */
  settings: unknown;
  seed: number;
}

export const ManifestSchema = z.object({
  version: z.literal(1),
  stage: z.string(),
  inputs: z.record(z.string(), z.string()),
  settings: z.unknown(),
  seed: z.number(),
  toolVersions: z.record(z.string(), z.string()),
  counts: z.record(z.string(), z.number()),
  /** sha256 of each file, by path inside the folder. */
  files: z.record(z.string(), z.string()),
  /** sha256 over `files`: what later stages take as this stage's hash. */
  hash: z.string(),
});
export type Manifest = z.infer<typeof ManifestSchema>;

/** The manifest of a complete stage folder. `undefined` where the stage is not complete. @throws ToolkitError (input) where it is broken */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) return undefined;
  return readJsonFile(path, ManifestSchema).catch((error: unknown) => {
    if (!(error instanceof ToolkitError)) throw error;
    const todo = 'run the command that makes this folder: it makes it again';
    throw new ToolkitError({ ...error.details, what: `its manifest is broken: ${error.details.what}`, todo });
  });
}

/** The first file of a complete stage that is not as it was made; `undefined` where all are. What was put beside them does not count. */
export async function changedFile(folder: string, { files }: Manifest): Promise<string | undefined> {
  for (const [file, made] of Object.entries(files)) {
    const now = await hashFile(join(folder, file)).catch(() => undefined);
    if (now === undefined) return `${file} (missing or unreadable)`;
    if (now !== made) return file;
  }
  return undefined;
}

/** Says what differs; `undefined` where nothing does. */
export function difference(manifest: Manifest, plan: StagePlan): string | undefined {
  const names = new Set([...Object.keys(manifest.inputs), ...Object.keys(plan.inputs)]);
  const changed = [...names].filter((name) => manifest.inputs[name] !== plan.inputs[name]);
  if (changed.length > 0) return `changed: ${changed.join(', ')}`;
  if (manifest.seed !== plan.seed) return `the seed was ${manifest.seed}, now ${plan.seed}`;
  if (canonicalJson(manifest.settings) !== canonicalJson(plan.settings)) return 'its settings changed';
  return undefined;
}

/** sha256 of every file in a folder, by relative path with `/`; `manifest.json` and dot files at the top left out. */
export async function hashFolder(folder: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  const entries = await readdir(folder, { recursive: true });
  for (const entry of entries.sort()) {
    const path = join(folder, entry);
    if (entry === MANIFEST || entry.startsWith('.') || !(await stat(path)).isFile()) continue;
    hashes[relative(folder, path).replaceAll('\\', '/')] = await hashFile(path);
  }
  return hashes;
}
