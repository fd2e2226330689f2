import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import type { StageEvents } from '../core/event.ts';
import { writeFileAtomic } from '../core/json-file.ts';
import type { StagePlan } from '../core/manifest.ts';
import { runStage, stageState } from '../core/stage.ts';
import { planOffers } from './offers.ts';
import { reportPage } from './report/page.ts';
import { type Origin, readOrigins } from './report/provenance.ts';
import { readReportData } from './report/report-data.ts';
import { summaryMarkdown } from './report/summary-markdown.ts';
import type { Settings } from './settings.ts';
import { stageHash } from './workspace-files.ts';

const STAGE = 'report';

/** Raised where the page changes, so that a report of an older look counts as stale. */
const LOOK = 2;

/** What `report` would make now. @throws ToolkitError (input) where there is no complete held-out evaluation */
export async function planReport(context: Context, settings: Settings): Promise<StagePlan> {
  return planOf(context, settings, await originsOf(context, settings));
}

/** What the held-out evaluation was made from. @throws ToolkitError (input) where it is not complete */
async function originsOf(context: Context, settings: Settings): Promise<Origin[]> {
  await stageHash(context, 'evaluation', 'evaluate');
  return readOrigins(context.workspace, { freshOffers: await hasFreshOffers(context, settings) });
}

function planOf({ workspace }: Context, { seed }: Settings, origins: readonly Origin[]): StagePlan {
  return {
    stage: STAGE,
    folder: join(workspace, 'report'),
    inputs: Object.fromEntries(origins.map(({ artefact, manifest }) => [artefact, manifest.hash])),
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

/** Writes `report.html`, one file that needs no network, and `summary.md`. */
export async function* report(context: Context, settings: Settings, options: { force?: boolean } = {}): StageEvents {
  const origins = await originsOf(context, settings);
  const plan = planOf(context, settings, origins);
  yield* runStage(plan, { force: options.force, signal: context.signal }, async function* ({ folder }) {
    yield { type: 'start', stage: STAGE };
    const data = await readReportData(context.workspace, origins);
    await writeFileAtomic(join(folder, 'report.html'), reportPage(data));
    await writeFileAtomic(join(folder, 'summary.md'), summaryMarkdown(data));
    return {
      systems: Object.keys(data.metrics.systems).length,
      adapters: data.curves.length,
      examples: data.examples.size,
    };
  });
}
