import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hashFile } from '../hash.ts';
import { writeFileAtomic } from '../json-file.ts';

/** Gives a download its name, and keeps beside it the hash that was verified. */
export async function keepDownload(part: string, path: string, hash: string): Promise<void> {
  await writeFileAtomic(hashPath(path), `${hash}\n`);
  await rename(part, path);
}

/** Whether a download is there and still what was verified: someone may have edited it. */
export async function isKept(path: string): Promise<boolean> {
  if (!existsSync(path) || !existsSync(hashPath(path))) return false;
  const hash = (await readFile(hashPath(path), 'utf8')).trim();
  return (await hashLike(hash, path)) === hash;
}

/** The hash of a file, of the kind that another one is: sha256, or what git calls it. */
export function hashLike(hash: string, path: string): Promise<string> {
  return hash.startsWith('sha256:') ? hashFile(path) : gitBlobHash(path);
}

function hashPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.hash`);
}

/** The id that git gives to a file, which the Hub tells of one that is not in large file storage. */
async function gitBlobHash(path: string): Promise<string> {
  const hash = createHash('sha1').update(`blob ${(await stat(path)).size}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
