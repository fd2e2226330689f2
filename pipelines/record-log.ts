import { existsSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import type { z } from 'zod';
import { type JsonlWriter, lineEnds, openJsonl, readJsonl } from '../core/jsonl.ts';

/** Records that an interrupted run goes on from. */
export interface RecordLog<T> {
  /** What it left. */
  records: T[];
  writer: JsonlWriter;
}

/** Opens a JSON-lines file of records to go on with; a last line that a crash cut off is dropped. */
export async function openRecordLog<T>(path: string, schema: z.ZodType<T>): Promise<RecordLog<T>> {
  const records: T[] = [];
  if (existsSync(path)) {
    await truncate(path, (await lineEnds(path)).at(-1) ?? 0);
    for await (const record of readJsonl(path, schema)) records.push(record);
  }
  return { records, writer: openJsonl(path, { append: true }) };
}
