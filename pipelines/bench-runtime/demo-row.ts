import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { CatalogueSchema } from '../../core/tool.ts';
import { stepsOf } from '../../core/trace.ts';
import { buildToolIndex } from '../../runtime/hierarchy.ts';
import type { BenchRow } from '../bench-row.ts';
import { sampledTraces } from '../bench-synthesis/sampled-traces.ts';
import { writeDemoWorkspace } from '../demo/workspace.ts';
import { discover } from '../discover.ts';
import { distractorCatalogue } from '../distractor-catalogue.ts';
import { loadSettings } from '../settings.ts';
import { cataloguePath } from '../workspace-files.ts';
import { mean, recall } from './recall.ts';
import type { RecallCase } from './recall-case.ts';

const LIMIT = 20;
/** As among 50 tools. */
const TARGET = 0.97;

/** Recall among the tools of five real servers, for the offline writer's queries, most of which avoid the words of the tool. */
export async function* demoRow(context: Context): AsyncGenerator<StageEvent, BenchRow, undefined> {
  const demo = { ...context, workspace: join(context.workspace, 'demo') };
  await writeDemoWorkspace(demo.workspace, 1);
  const settings = await loadSettings(demo);
  yield* discover(demo, settings);
  const catalogue = await readJsonFile(cataloguePath(demo), CatalogueSchema);
  const others = await distractorCatalogue(demo, settings.offers.distractors!).toolsFor(catalogue);
  const index = buildToolIndex([...catalogue.tools, ...others]);
  const found: { difficulty: string; recall: number }[] = [];
  for await (const trace of sampledTraces(catalogue, settings)) {
    // They come tool by tool: only a whole workspace holds all of them.
    if (!trace.id.startsWith(`${settings.seed}-`)) break;
    const [step] = stepsOf(trace);
    if (step?.call == null) continue;
    const one: RecallCase = { query: step.before, wanted: [step.call.tool], byUser: false };
    found.push({ difficulty: trace.provenance.difficulty, recall: recall(index, one, LIMIT) });
  }
  const parts = [...Map.groupBy(found, ({ difficulty }) => difficulty)].map(
    ([difficulty, rows]) => `${mean(rows.map(({ recall }) => recall)).toFixed(3)} of ${rows.length} ${difficulty}`,
  );
  const ratio = mean(found.map(({ recall }) => recall));
  const note = `recall@${LIMIT} of ${catalogue.tools.length + others.length} tools of five real servers: ${found.length} queries of the offline writer for two of them (${parts.join(', ')}: medium and hard ones say it in other words than the tool)`;
  return { name: 'recall-demo', ratio, target: TARGET, limit: 1, pass: ratio >= TARGET, note };
}
