import { join } from 'node:path';
import type { Bundle } from '../../core/bundle.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { readJsonl } from '../../core/jsonl.ts';
import { type Metrics, MetricsSchema, type Offers, OffersSchema } from '../../core/metrics.ts';
import { PREDICTIONS } from '../evaluate/prediction-log.ts';
import { type PredictionRecord, PredictionRecordSchema } from '../evaluate/prediction-record.ts';
import { offersPath } from '../workspace-files.ts';
import { type FailureKind, failureExamples } from './failure-examples.ts';
import { type Origin, readOrigins } from './provenance.ts';
import { readBundle } from './read-bundle.ts';
import { readTrainingCurves, type TrainingCurve } from './training-curve.ts';

/** Everything that a report shows. */
export interface ReportData {
  metrics: Metrics;
  /** Absent where it was not measured, or with other adapters. */
  offers: Offers | undefined;
  examples: ReadonlyMap<FailureKind, PredictionRecord>;
  curves: readonly TrainingCurve[];
  origins: readonly Origin[];
  /** Absent where adapters were evaluated that are no longer there. */
  bundle: Bundle | undefined;
}

/**
 * Reads what a workspace has, the held-out evaluation (not those of own queries or chosen systems). Only this has to be there.
 * @param freshOffers whether the curve over the number of tools on offer is that of today's settings
 */
export async function readReportData(workspace: string, freshOffers: boolean): Promise<ReportData> {
  const evaluation = join(workspace, 'evaluation');
  const metrics = await readJsonFile(join(evaluation, 'metrics.json'), MetricsSchema);
  const records = readJsonl(join(evaluation, PREDICTIONS), PredictionRecordSchema);
  const bundle = await readBundle(workspace);
  const origins = await readOrigins(workspace, { bundle, freshOffers });
  const jobs = (bundle?.adapters ?? []).map(({ name }) => name);
  return {
    metrics,
    offers: origins.some(({ artefact }) => artefact === 'offers')
      ? await readJsonFile(offersPath({ workspace }), OffersSchema)
      : undefined,
    examples: await failureExamples(records, Object.keys(metrics.systems)),
    curves: await readTrainingCurves(join(workspace, 'adapters'), jobs),
    origins,
    bundle,
  };
}
