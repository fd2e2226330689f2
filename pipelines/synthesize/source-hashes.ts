import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hashFile, hashJson } from '../../core/hash.ts';

/** One hash per server over the files that its sandbox copies: other data, other traces. */
export async function sourceHashes(
  sandbox: Readonly<Record<string, { copy: readonly string[] }>>,
  folder: string,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const [server, { copy }] of Object.entries(sandbox)) {
    hashes[`data of ${server}`] = hashJson(await Promise.all(copy.map((path) => hashTree(resolve(folder, path)))));
  }
  return hashes;
}

async function hashTree(path: string): Promise<unknown> {
  if (!existsSync(path)) return 'missing';
  const entry = await stat(path);
  if (!entry.isDirectory()) return entry.isFile() ? hashFile(path) : 'other';
  const names = (await readdir(path)).sort();
  return Promise.all(names.map(async (name) => [name, await hashTree(join(path, name))]));
}
