import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { readManifest } from '../../core/manifest.ts';
import { stageHash } from '../workspace-files.ts';
import { readBenchmarkOrigins } from './benchmarks/benchmark-origins.ts';
import { manifestOf, type Origin, originReader, readDataOrigins, readOrigins } from './provenance.ts';

/** What a report is made of; one of the two is there. */
export interface ReportSources {
  /** What the held-out evaluation was made from; empty where there is none. */
  evaluation: readonly Origin[];
  /** The samples that lie in the workspace, and what they were made from; empty where these do not belong together. */
  data: readonly Origin[];
  /** Results of suites of agent tasks and of BFCL, of the bundle and tools of the evaluation, or where there is none of those in the workspace. */
  benchmarks: readonly Origin[];
}

/**
 * Finds what there is to report.
 * @throws ToolkitError (input) where there are neither an evaluation nor data, or where the evaluation was changed since it was made
 */
export async function reportSources(context: Context, freshOffers: () => Promise<boolean>): Promise<ReportSources> {
  const { workspace } = context;
  const read = originReader(workspace);
  const isEvaluated = (await readManifest(join(workspace, 'evaluation'))) !== undefined;
  if (isEvaluated) await stageHash(context, 'evaluation', 'evaluate');
  const evaluation = isEvaluated ? await readOrigins(workspace, { freshOffers: await freshOffers(), read }) : [];
  const data = await readDataOrigins(workspace, { read });
  if (!isEvaluated && data.length === 0) throw await nothingToReport(context);
  const used = manifestOf(evaluation, 'evaluation')?.inputs;
  const subject = used ?? {
    catalogue: manifestOf(data, 'catalogue')?.hash,
    bundle: (await readManifest(join(workspace, 'bundle')))?.hash,
  };
  return { evaluation, data, benchmarks: await readBenchmarkOrigins(workspace, subject, read) };
}

/** Whether the evaluation was made from these data. */
export function isOfEvaluation({ evaluation, data }: ReportSources): boolean {
  return manifestOf(evaluation, 'evaluation')?.inputs.samples === manifestOf(data, 'samples')?.hash;
}

/** The data's origins that the evaluation does not have. */
export function otherData(sources: ReportSources): readonly Origin[] {
  return isOfEvaluation(sources) ? [] : sources.data;
}

async function nothingToReport(context: Context): Promise<ToolkitError> {
  await stageHash(context, 'samples', 'build-data');
  return new ToolkitError({
    kind: 'input',
    what: 'the samples were made from a catalogue or traces that are no longer there as they were',
    where: join(context.workspace, 'samples'),
    todo: 'run `pnpm pipeline build-data` first: the report counts samples and traces together',
  });
}
