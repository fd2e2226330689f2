import { join } from 'node:path';
import { readJsonl } from '../../../core/jsonl.ts';
import { PREDICTIONS } from '../../evaluate/prediction-log.ts';
import { PredictionRecordSchema } from '../../evaluate/prediction-record.ts';
import { type FailureCases, FailureCollector } from '../failures/failure-cases.ts';
import { type PredictionRow, predictionRow } from './prediction-row.ts';

/** What the report needs of an evaluation's predictions. */
export interface ReadPredictions {
  /** In the order of the systems; those without predictions too. */
  bySystem: ReadonlyMap<string, readonly PredictionRow[]>;
  failures: FailureCases;
}

/** Reads the predictions of these systems once. Of each a few figures are kept, texts only of the cases with a failure, as far as there is room. */
export async function readPredictions(
  folder: string,
  systems: readonly string[],
  signal: AbortSignal,
): Promise<ReadPredictions> {
  const bySystem = new Map(systems.map((system) => [system, [] as PredictionRow[]]));
  const failures = new FailureCollector(systems);
  for await (const record of readJsonl(join(folder, PREDICTIONS), PredictionRecordSchema)) {
    signal.throwIfAborted();
    bySystem.get(record.system)?.push(predictionRow(record));
    failures.add(record);
  }
  return { bySystem, failures: failures.found() };
}
