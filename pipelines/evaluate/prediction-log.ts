import { join } from 'node:path';
import { openRecordLog, type RecordLog } from '../record-log.ts';
import { type PredictionRecord, PredictionRecordSchema } from './prediction-record.ts';

export const PREDICTIONS = 'predictions.jsonl';
export type PredictionLog = RecordLog<PredictionRecord>;

/** Opens the predictions of an evaluation. */
export function openPredictionLog(folder: string): Promise<PredictionLog> {
  return openRecordLog(join(folder, PREDICTIONS), PredictionRecordSchema);
}
