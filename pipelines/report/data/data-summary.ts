import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../../../core/json-file.ts';
import { CatalogueSchema } from '../../../core/tool.ts';
import type { Trace } from '../../../core/trace.ts';
import { cataloguePath } from '../../workspace-files.ts';
import { manifestOf, type Origin } from '../provenance.ts';
import { type BrowseData, type BrowsedTrace, browsedTrace } from './browse-data.ts';
import { type ChosenTrace, chooseTraces } from './choose-traces.ts';
import type { CrossTable } from './cross-table.ts';
import { jsonForHtml } from './embedded-json.ts';
import { diversityTally, type QueryDiversity } from './query-diversity.ts';
import { readDataTraces } from './read-data-traces.ts';
import { type ReadSamples, readSamples } from './read-samples.ts';
import { readRejects, type StageRejects } from './stage-rejects.ts';
import { coverageTally, type ToolCoverage } from './tool-coverage.ts';
import { addToFigures, noFigures, type TraceFigures } from './trace-figures.ts';

/** What a workspace's traces and samples hold. */
export interface DataSummary {
  figures: TraceFigures;
  /** Samples by task and split. */
  tasks: CrossTable;
  coverage: ToolCoverage[];
  diversity: QueryDiversity;
  /** From which similarity on two queries are near-duplicates, and whether such traces were left out. */
  split: SplitSettings;
  rejects: StageRejects[];
  browse: BrowseData;
}

/** What the samples were made with. */
const SettingsSchema = z.object({
  split: z.object({ similarity: z.number(), dedupe: z.boolean().default(true) }),
});
type SplitSettings = z.infer<typeof SettingsSchema>['split'];

/** Most traces that can be browsed in the page, and most bytes that they may take, so that it stays quick to open. */
const MOST_TRACES = 400;
const MOST_BYTES = 3_000_000;

/**
 * Counts what traces and samples hold. Streams them: the traces twice, the samples once.
 * @param origins of the data (`readDataOrigins`)
 */
export async function readDataSummary(
  workspace: string,
  origins: readonly Origin[],
  signal: AbortSignal,
): Promise<DataSummary> {
  const samplesManifest = manifestOf(origins, 'samples')!;
  const { split } = SettingsSchema.parse(samplesManifest.settings);
  const { tools } = await readJsonFile(cataloguePath({ workspace }), CatalogueSchema);
  const [coverage, diversity] = [coverageTally(tools), diversityTally(split.similarity)];
  const traces = () => readDataTraces(workspace, origins, signal);
  const chosen = await chooseTraces(traces(), MOST_TRACES);
  const wanted = new Set(chosen.map(({ print }) => print));
  const samples = await readSamples(join(workspace, 'samples'), samplesManifest, { wanted, signal });
  const { figures, browse } = await readThrough(traces(), { chosen, samples }, (trace) => {
    coverage.add(trace);
    diversity.add(trace.messages.flatMap(({ role, content }) => (role === 'user' ? [content] : [])));
  });
  const rejects = await readRejects(workspace, origins);
  return {
    figures,
    tasks: samples.tasks,
    coverage: coverage.rows(),
    diversity: diversity.figures(),
    split,
    rejects,
    browse,
  };
}

/** Counts all traces, keeps the chosen ones, and tells the used ones. */
async function readThrough(
  traces: AsyncIterable<Trace>,
  { chosen, samples: { index, samples } }: { chosen: readonly ChosenTrace[]; samples: ReadSamples },
  tell: (trace: Trace) => void,
): Promise<Pick<DataSummary, 'figures' | 'browse'>> {
  const figures = noFigures();
  const shown = new Map<number, BrowsedTrace | undefined>(chosen.map(({ place }) => [place, undefined]));
  let total = 0;
  for await (const trace of traces) {
    const use = index.take(trace.id) ?? 'not used';
    addToFigures(figures, trace, use);
    if (use !== 'not used') tell(trace);
    if (shown.has(total))
      shown.set(total, browsedTrace(trace, use, use === 'not used' ? [] : (samples.get(trace.id) ?? [])));
    total += 1;
  }
  return { figures, browse: { total, traces: withinBytes([...shown.values()].flatMap((one) => one ?? [])) } };
}

function withinBytes(traces: readonly BrowsedTrace[]): BrowsedTrace[] {
  let bytes = 0;
  return traces.filter((trace) => {
    bytes += Buffer.byteLength(jsonForHtml(trace));
    return bytes <= MOST_BYTES;
  });
}
