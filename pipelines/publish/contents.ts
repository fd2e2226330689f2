import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { hashFile } from '../../core/hash.ts';
import { writeJsonFile } from '../../core/json-file.ts';

/** Tells, in each part of a release, what belongs to it. */
export const CONTENTS = 'release.json';

const ContentsSchema = z.object({
  version: z.literal(1),
  /** Hashes of what it was made of. */
  made: z.record(z.string(), z.string()),
  /** All files of the part but this one. */
  files: z.record(z.string(), z.object({ sha256: z.string(), bytes: z.number() })),
});
export type Contents = z.infer<typeof ContentsSchema>;

/** Writes `release.json` for all that lies in the folder of a part. */
export async function writeContents(folder: string, made: Record<string, string>): Promise<void> {
  const files: Contents['files'] = {};
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths.sort()) {
    const name = relative(folder, path).replaceAll('\\', '/');
    files[name] = { sha256: await hashFile(path), bytes: (await stat(path)).size };
  }
  await writeJsonFile(join(folder, CONTENTS), { version: 1, made, files } satisfies Contents);
}

/** Reads `release.json`; `undefined` where a text is none. */
export function parseContents(text: string): Contents | undefined {
  try {
    return ContentsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
