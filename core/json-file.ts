import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { z } from 'zod';
import { messageOf, ToolkitError } from './errors.ts';
import { describeIssues } from './issues.ts';

/** Reads a JSON file through a schema. @throws ToolkitError (input) naming the file and every mismatch. */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  let value: unknown;
  try {
    // Some editors begin a file with a byte order mark.
    value = JSON.parse((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new ToolkitError({
      kind: 'input',
      what: `cannot read as JSON: ${messageOf(error)}`,
      where: path,
      cause: error,
    });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ToolkitError({
    kind: 'input',
    what: 'a file of the wrong form',
    where: path,
    ...describeIssues(result.error, value),
  });
}

export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Writes a file so that a crash leaves the old one or the new one, whole. Makes the folder where missing.
 * The temporary file has one name, so that the next write replaces what a killed run left, and a dot, so that no stage counts it.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array | AsyncIterable<string>,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  try {
    await writeSynced(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeSynced(path: string, content: string | Uint8Array | AsyncIterable<string>): Promise<void> {
  await using file = await open(path, 'w');
  await file.writeFile(content);
  await file.sync();
}
