import { existsSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type JsonlWriter, lineEnds, openJsonl, readJsonl } from '../../core/jsonl.ts';
import { type PredictionRecord, PredictionRecordSchema } from './prediction-record.ts';

export const PREDICTIONS = 'predictions.jsonl';

export interface PredictionLog {
  /** What an interrupted run left. */
  records: PredictionRecord[];
  writer: JsonlWriter;
}

/** Opens the predictions of an evaluation; a last line that a crash cut off is dropped. */
export async function openPredictionLog(folder: string): Promise<PredictionLog> {
  const path = join(folder, PREDICTIONS);
  const records: PredictionRecord[] = [];
  if (existsSync(path)) {
    await truncate(path, (await lineEnds(path)).at(-1) ?? 0);
    for await (const record of readJsonl(path, PredictionRecordSchema)) records.push(record);
  }
  return { records, writer: openJsonl(path, { append: true }) };
}
