import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ToolkitError } from './errors.ts';
import { hashFile, hashJson } from './hash.ts';
import { readJsonFile } from './json-file.ts';

/**
 * sha256 over the config and weights of a base in Hugging Face layout: what an adapter belongs to.
 * @param hash hashes a file
 * @throws ToolkitError (input) where it is not such a folder
 */
export async function hashBase(folder: string, hash = hashFile): Promise<string> {
  const files = ['config.json', ...(await weightFiles(folder))];
  const hashes = await Promise.all(files.map(async (file) => [file, await hash(join(folder, file))] as const));
  return hashJson(Object.fromEntries(hashes));
}

const ConfigSchema = z.object({
  max_position_embeddings: z.number().int().positive().default(Number.MAX_SAFE_INTEGER),
});

/** The longest sequence that a base has positions for, in tokens; no limit where its config names none. */
export async function positionsOf(folder: string): Promise<number> {
  return (await readJsonFile(join(folder, 'config.json'), ConfigSchema)).max_position_embeddings;
}

/** Names of the weight files of a base, sorted. @throws ToolkitError (input) where it has none */
export async function weightFiles(folder: string): Promise<string[]> {
  const names = existsSync(join(folder, 'config.json')) ? await readdir(folder) : [];
  const weights = names.filter((name) => name.endsWith('.safetensors')).sort();
  if (weights.length > 0) return weights;
  throw new ToolkitError({
    kind: 'input',
    what: 'not the folder of a base model',
    where: folder,
    expected: 'config.json and *.safetensors (Hugging Face layout)',
    todo: 'correct `base` in workspace.yaml',
  });
}
