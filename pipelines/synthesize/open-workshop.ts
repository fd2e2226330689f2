import type { Catalogue } from '../../core/tool.ts';
import type { Sandbox } from '../../runtime/sandbox.ts';
import type { Settings } from '../settings.ts';
import { modelOf, type ToolModel } from './concepts.ts';
import { queryKey, type Resumed } from './progress-file.ts';
import { probeServer, type ServerState } from './state.ts';
import { findChangers } from './verify/find-changers.ts';
import type { Workshop } from './workshop.ts';

interface WorkshopParts {
  settings: Settings;
  catalogue: Catalogue;
  sandbox: Sandbox;
  /** What was made until now; it grows with each unit. */
  done: Resumed;
  /** Queries that count as used although no trace has them: see `makeVerified`. */
  refusedQueries: ReadonlySet<string>;
}

/** Learns what the tools are and what their servers hold, by calls in the sandbox. */
export async function openWorkshop({
  settings,
  catalogue,
  sandbox,
  done,
  refusedQueries,
}: WorkshopParts): Promise<Workshop> {
  const models = catalogue.tools.map((tool) => modelOf(tool, settings.synthesize.values));
  const workshop: Workshop = {
    settings,
    catalogue,
    sandbox,
    models,
    states: await probeServers(sandbox, catalogue, models),
    isUsed: (query) => [done.queries, refusedQueries].some((queries) => queries.has(queryKey(query))),
    rejects: done.rejects,
    worked: done.worked,
  };
  return settings.synthesize.verify.state ? { ...workshop, changers: await findChangers(workshop) } : workshop;
}

async function probeServers(
  sandbox: Sandbox,
  { servers }: Catalogue,
  models: readonly ToolModel[],
): Promise<Map<string, ServerState>> {
  const states = new Map<string, ServerState>();
  for (const { name } of servers) {
    const own = models.filter(({ tool }) => tool.server === name);
    states.set(name, await probeServer(sandbox, own));
  }
  return states;
}
