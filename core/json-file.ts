import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { messageOf, ToolkitError } from './errors.ts';
import { describeIssues } from './issues.ts';

/** Reads a JSON file through a schema. @throws ToolkitError (input) naming the file and every mismatch. */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
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

/** Writes a file so that a crash leaves the old one or the new one, whole. Makes the folder where missing. */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
