import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { hashFile } from './hash.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

/** What tells one state of a file from another; times in nanoseconds. */
const StateSchema = z.object({ inode: z.string(), size: z.string(), modified: z.string(), changed: z.string() });
type State = z.infer<typeof StateSchema>;

const KnownSchema = z.record(z.string(), StateSchema.extend({ sha256: z.string() }));

/** A file that was written just before may be written again within the same tick of the file system's clock. */
const SETTLED_MS = 2000;

/** Hashes of large files, computed once for each state of the file. */
export interface KnownHashes {
  /** As `hashFile`. */
  hash(path: string): Promise<string>;
  /** Keeps what was computed; where it cannot be written, the files are hashed again next time. */
  save(): Promise<void>;
}

/**
 * Remembers hashes in a file. One counts as long as inode, size, time of the last write and time of the last change of any kind (which no program
 * can set back) are the same.
 * @param trust whether what was remembered counts; without, all is computed anew
 */
export async function openKnownHashes(path: string, { trust = true } = {}): Promise<KnownHashes> {
  const entries = new Map(Object.entries(trust ? await readKnown(path) : {}));
  let isNew = !trust;
  return {
    async hash(file) {
      const key = resolve(file);
      const before = await stateOf(key);
      const entry = entries.get(key);
      if (entry !== undefined && isSame(entry, before)) return entry.sha256;
      const started = Date.now();
      const sha256 = await hashFile(key);
      entries.delete(key);
      const isSettled = Number(BigInt(before.changed) / 1_000_000n) + SETTLED_MS < started;
      if (isSettled && isSame(before, await stateOf(key))) entries.set(key, { ...before, sha256 });
      isNew = true;
      return sha256;
    },
    async save() {
      if (isNew) await writeJsonFile(path, Object.fromEntries(entries)).catch(() => {});
    },
  };
}

/** What cannot be read counts as nothing: then all is computed. */
async function readKnown(path: string): Promise<z.infer<typeof KnownSchema>> {
  return existsSync(path) ? readJsonFile(path, KnownSchema).catch(() => ({})) : {};
}

async function stateOf(path: string): Promise<State> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return { inode: String(ino), size: String(size), modified: String(mtimeNs), changed: String(ctimeNs) };
}

function isSame(a: State, b: State): boolean {
  return a.inode === b.inode && a.size === b.size && a.modified === b.modified && a.changed === b.changed;
}
