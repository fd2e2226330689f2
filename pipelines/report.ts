import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import type { StageEvents } from '../core/event.ts';
import { writeFileAtomic } from '../core/json-file.ts';
import type { StagePlan } from '../core/manifest.ts';
import { runStage, stageState } from '../core/stage.ts';
import { planOffers } from './offers.ts';
import { reportPage } from './report/page.ts';
import type { Origin } from './report/provenance.ts';
import { type ReportData, readReportData } from './report/report-data.ts';
import { type ReportSources, reportSources } from './report/report-sources.ts';
import { summaryMarkdown } from './report/summary-markdown.ts';
import type { Settings } from './settings.ts';

const STAGE = 'report';

/** Raised where the page changes, so that a report of an older look counts as stale. */
const LOOK = 6;

/** What `report` would make now. @throws ToolkitError (input) where there are neither a complete held-out evaluation nor data (`build-data`) */
export async function planReport(context: Context, settings: Settings): Promise<StagePlan> {
  return planOf(context, settings, await sourcesOf(context, settings));
}

function sourcesOf(context: Context, settings: Settings): Promise<ReportSources> {
  return reportSources(context, () => hasFreshOffers(context, settings));
}

function planOf(
  { workspace }: Context,
  { seed }: Settings,
  { evaluation, data, benchmarks }: ReportSources,
): StagePlan {
  const hashes = (origins: readonly Origin[], prefix: string) =>
    origins.map(({ artefact, manifest }) => [`${prefix}${artefact}`, manifest.hash]);
  return {
    stage: STAGE,
    folder: join(workspace, 'report'),
    inputs: Object.fromEntries([...hashes(evaluation, ''), ...hashes(data, 'data: '), ...hashes(benchmarks, '')]),
    settings: { look: LOOK },
    seed,
  };
}

/** Whether there is a curve over the number of tools on offer, of today's settings. What it needs may be gone. */
async function hasFreshOffers(context: Context, settings: Settings): Promise<boolean> {
  const [plan] = await planOffers(context, settings).catch((error: unknown) => {
    if (error instanceof ToolkitError) return [];
    throw error;
  });
  return plan !== undefined && (await stageState(plan)).state === 'fresh';
}

/** Writes `report.html`, one file that needs no network, and `summary.md`: of the data, and of the held-out evaluation where there is one. */
export async function* report(context: Context, settings: Settings, options: { force?: boolean } = {}): StageEvents {
  const sources = await sourcesOf(context, settings);
  const plan = planOf(context, settings, sources);
  yield* runStage(plan, { force: options.force, signal: context.signal }, async function* ({ folder }) {
    yield { type: 'start', stage: STAGE };
    const data = await readReportData(context.workspace, sources, context.signal);
    await writeFileAtomic(join(folder, 'report.html'), reportPage(data));
    await writeFileAtomic(join(folder, 'summary.md'), summaryMarkdown(data));
    return countsOf(data);
  });
}

function countsOf({ evaluation, data, benchmarks: { suites, bfcl } }: ReportData): Record<string, number> {
  return {
    ...(data && { traces: data.browse.total, tools: data.coverage.length }),
    ...(evaluation && {
      systems: Object.keys(evaluation.metrics.systems).length,
      adapters: evaluation.curves.length,
      failures: evaluation.failures.total,
    }),
    ...(suites.length > 0 && { suites: suites.length }),
    ...(bfcl.length > 0 && { bfcl: bfcl.length }),
  };
}
