import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../json-file.ts';
import type { HubModel } from './hub-model.ts';

/** Written last: the folder holds the whole model. */
const DONE = '.complete.json';
const DoneSchema = z.object({ files: z.record(z.string(), z.object({ size: z.number(), mtime: z.number() })) });

/** Where a model is kept: a folder of its own for each commit. Adapters are told its name as that of their base. */
export function modelFolder(cache: string, { repo, revision }: HubModel): string {
  return join(cache, `${repo.replace('/', '--')}@${revision}`);
}

/** Whether a model was once downloaded to its end. */
export function isFetched(folder: string): boolean {
  return existsSync(join(folder, DONE));
}

/** Whether all files of a downloaded model are still as they were verified, by size and time of change. */
export async function isUntouched(folder: string): Promise<boolean> {
  if (!isFetched(folder)) return false;
  try {
    const { files } = await readJsonFile(join(folder, DONE), DoneSchema);
    const same = Object.entries(files).map(async ([name, { size, mtime }]) => {
      const now = await stat(join(folder, name));
      return now.size === size && now.mtimeMs === mtime;
    });
    return (await Promise.all(same)).every(Boolean);
  } catch {
    return false; // a file is gone, or the note is broken: everything is looked at again
  }
}

/** Notes that these files are there and verified. */
export async function markFetched(folder: string, names: readonly string[]): Promise<void> {
  const about = names.map(async (name) => {
    const { size, mtimeMs } = await stat(join(folder, name));
    return [name, { size, mtime: mtimeMs }] as const;
  });
  await writeJsonFile(join(folder, DONE), { files: Object.fromEntries(await Promise.all(about)) });
}
