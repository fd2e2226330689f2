import { seededRandom } from '../../core/random.ts';
import type { Catalogue } from '../../core/tool.ts';
import type { Trace } from '../../core/trace.ts';
import type { Sandbox } from '../../runtime/sandbox.ts';
import { demoFiles } from '../demo/files.ts';
import { demoGraph } from '../demo/graph.ts';
import type { Settings } from '../settings.ts';
import { modelOf } from '../synthesize/concepts.ts';
import { harvest, mergeHarvests } from '../synthesize/harvest.ts';
import { queryKey } from '../synthesize/progress-file.ts';
import type { ServerState } from '../synthesize/state.ts';
import { planUnits } from '../synthesize/units.ts';

/** Nothing is run: the traces are those of tools that may not be executed, with queries and calls, without results and chains. */
const NO_SERVER: Sandbox = {
  mayExecute: () => false,
  call: async () => ({ executed: false, why: 'there is no server' }),
  reset: async () => {},
  close: async () => {},
  [Symbol.asyncDispose]: async () => {},
};

/**
 * The traces that `synthesize` writes for the demo's workspace, for one such workspace after another without end, each with files and a
 * graph of its own. Within a workspace near-duplicates are as frequent as in a real run; equal requests of several workspaces come on top.
 */
export async function* sampledTraces(catalogue: Catalogue, settings: Settings): AsyncGenerator<Trace> {
  const models = catalogue.tools.map((tool) => modelOf(tool, settings.synthesize.values));
  for (let seed = settings.seed; ; seed++) {
    const written = new Set<string>();
    const units = planUnits({
      settings: { ...settings, seed },
      catalogue,
      sandbox: NO_SERVER,
      models,
      states: statesOf(seed),
      isUsed: (query) => written.has(queryKey(query)),
      rejects: new Map(),
      worked: new Set(),
    });
    for (const unit of units) {
      const { trace } = await unit.make();
      if (trace === undefined) continue;
      written.add(queryKey(trace.messages[0]!.content ?? ''));
      yield { ...trace, id: `${seed}-${trace.id}` };
    }
  }
}

/** What the demo's servers would show of a workspace. */
function statesOf(seed: number): Map<string, ServerState> {
  const { folders, files } = demoFiles(seededRandom(seed, 'demo-files'));
  const graph = demoGraph(seededRandom(seed, 'demo-graph')).map(({ type, ...row }) => ({ type, row }));
  const rowsOf = (type: string) => graph.filter((each) => each.type === type).map(({ row }) => row);
  const shown = JSON.stringify({ entities: rowsOf('entity'), relations: rowsOf('relation') });
  const texts = new Map(files.map(({ path, content }) => [path, content]));
  return new Map([
    [
      'filesystem',
      {
        ...mergeHarvests([{ files: [...texts.keys()], folders, collections: [] }]),
        textOf: async (path: string) => texts.get(path),
      },
    ],
    ['memory', { ...mergeHarvests([harvest(shown)]), textOf: async () => undefined }],
  ]);
}
