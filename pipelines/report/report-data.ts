import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from '../../core/bundle.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { type Metrics, MetricsSchema, type Offers, OffersSchema } from '../../core/metrics.ts';
import { offersPath } from '../workspace-files.ts';
import { type Benchmarks, readBenchmarks } from './benchmarks/read-benchmarks.ts';
import { type DataSummary, readDataSummary } from './data/data-summary.ts';
import { evaluatedSystems } from './evaluated-systems.ts';
import type { BrowsedFailures } from './failures/failure-section.ts';
import { readMasks } from './failures/read-masks.ts';
import { readPredictions } from './predictions/read-predictions.ts';
import { type ReportStatistics, reportStatistics } from './predictions/report-statistics.ts';
import { loggedTrainings, manifestOf, type Origin } from './provenance.ts';
import { readBundle } from './read-bundle.ts';
import type { ReportSources } from './report-sources.ts';
import { readTrainingCurves, type TrainingCurve } from './training-curve.ts';

/** Everything that a report shows: data, or an evaluation, or both. */
export interface ReportData {
  evaluation: EvaluationData | undefined;
  data: DataSummary | undefined;
  benchmarks: Benchmarks;
  sources: ReportSources;
}

/** What the held-out evaluation and all behind it have to show. */
export interface EvaluationData {
  metrics: Metrics;
  /** Absent where it was not measured, or with other adapters. */
  offers: Offers | undefined;
  statistics: ReportStatistics;
  failures: BrowsedFailures;
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
  const { evaluation, data, benchmarks } = sources;
  return {
    evaluation: evaluation.length > 0 ? await readEvaluation(workspace, evaluation, signal) : undefined,
    data: data.length > 0 ? await readDataSummary(workspace, data, signal) : undefined,
    benchmarks: await readBenchmarks(workspace, benchmarks),
    sources,
  };
}

/**
 * Reads the held-out evaluation (not those of own queries or chosen systems). Only this has to be there.
 * @param origins what the evaluation was made from (`readOrigins`): of all else nothing is shown
 */
async function readEvaluation(
  workspace: string,
  origins: readonly Origin[],
  signal: AbortSignal,
): Promise<EvaluationData> {
  const folder = join(workspace, 'evaluation');
  const metrics = await readJsonFile(join(folder, 'metrics.json'), MetricsSchema);
  const has = (name: string) => origins.some(({ artefact }) => artefact === name);
  const bundle = has('bundle') ? await readBundle(workspace) : undefined;
  const curves = await readTrainingCurves(join(workspace, 'adapters'), loggedTrainings(origins));
  const { bySystem, failures } = await readPredictions(folder, Object.keys(metrics.systems), signal);
  const samples = manifestOf(origins, 'samples');
  const wanted = new Set(failures.cases.map(({ trace }) => trace));
  return {
    metrics,
    offers: has('offers') ? await readJsonFile(offersPath({ workspace }), OffersSchema) : undefined,
    statistics: reportStatistics(bySystem, metrics, {
      systems: evaluatedSystems(manifestOf(origins, 'evaluation')!),
      bundle,
      cost: costOf(workspace, curves),
    }),
    failures: {
      ...failures,
      masks: samples ? await readMasks(join(workspace, 'samples'), samples, { wanted, signal }) : {},
    },
    curves,
    origins,
    bundle,
  };
}

/** Size and training time of an adapter of the bundle, as far as they are known. */
function costOf(workspace: string, curves: readonly TrainingCurve[]) {
  return ({ name, file }: { name: string; file: string }) => {
    const path = join(workspace, 'bundle', file);
    const seconds = curves.find(({ job }) => job === name)?.seconds;
    return {
      ...(existsSync(path) && { bytes: statSync(path).size }),
      ...(seconds && { seconds }),
    };
  };
}
