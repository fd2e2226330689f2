import { join } from 'node:path';
import type { Bundle } from '../../core/bundle.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { readJsonl } from '../../core/jsonl.ts';
import { type Metrics, MetricsSchema, type Offers, OffersSchema } from '../../core/metrics.ts';
import { PREDICTIONS } from '../evaluate/prediction-log.ts';
import { type PredictionRecord, PredictionRecordSchema } from '../evaluate/prediction-record.ts';
import { offersPath } from '../workspace-files.ts';
import { type DataSummary, readDataSummary } from './data/data-summary.ts';
import { type FailureKind, failureExamples } from './failure-examples.ts';
import { loggedTrainings, type Origin } from './provenance.ts';
import { readBundle } from './read-bundle.ts';
import type { ReportSources } from './report-sources.ts';
import { readTrainingCurves, type TrainingCurve } from './training-curve.ts';

/** Everything that a report shows: data, or an evaluation, or both. */
export interface ReportData {
  evaluation: EvaluationData | undefined;
  data: DataSummary | undefined;
  sources: ReportSources;
}

/** What the held-out evaluation and all behind it have to show. */
export interface EvaluationData {
  metrics: Metrics;
  /** Absent where it was not measured, or with other adapters. */
  offers: Offers | undefined;
  examples: ReadonlyMap<FailureKind, PredictionRecord>;
  curves: readonly TrainingCurve[];
  origins: readonly Origin[];
  /** Absent where it is no longer the one that was evaluated. */
  bundle: Bundle | undefined;
}

/** Reads what a report of these sources shows. */
export async function readReportData(
  workspace: string,
  sources: ReportSources,
  signal: AbortSignal,
): Promise<ReportData> {
  const { evaluation, data } = sources;
  return {
    evaluation: evaluation.length > 0 ? await readEvaluation(workspace, evaluation) : undefined,
    data: data.length > 0 ? await readDataSummary(workspace, data, signal) : undefined,
    sources,
  };
}

/**
 * Reads the held-out evaluation (not those of own queries or chosen systems). Only this has to be there.
 * @param origins what the evaluation was made from (`readOrigins`): of all else nothing is shown
 */
async function readEvaluation(workspace: string, origins: readonly Origin[]): Promise<EvaluationData> {
  const evaluation = join(workspace, 'evaluation');
  const metrics = await readJsonFile(join(evaluation, 'metrics.json'), MetricsSchema);
  const records = readJsonl(join(evaluation, PREDICTIONS), PredictionRecordSchema);
  const has = (name: string) => origins.some(({ artefact }) => artefact === name);
  return {
    metrics,
    offers: has('offers') ? await readJsonFile(offersPath({ workspace }), OffersSchema) : undefined,
    examples: await failureExamples(records, Object.keys(metrics.systems)),
    curves: await readTrainingCurves(join(workspace, 'adapters'), loggedTrainings(origins)),
    origins,
    bundle: has('bundle') ? await readBundle(workspace) : undefined,
  };
}
