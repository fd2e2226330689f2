import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../core/context.ts';
import { messageOf } from '../core/errors.ts';
import type { StageEvents } from '../core/event.ts';
import { readJsonFile } from '../core/json-file.ts';
import { readJsonl } from '../core/jsonl.ts';
import { CatalogueSchema } from '../core/tool.ts';
import { TraceSchema } from '../core/trace.ts';
import { buildData } from './build-data.ts';
import { discover } from './discover.ts';
import { installServer } from './real-servers/install-server.ts';
import { servePages, startListening } from './real-servers/local-services.ts';
import type { RealServer } from './real-servers/real-servers.ts';
import { writeParts } from './real-servers/workspace-parts.ts';
import { loadSettings } from './settings.ts';
import { synthesize } from './synthesize.ts';
import { cataloguePath, tracesPath } from './workspace-files.ts';

/** What came of one server. */
export interface RealServerRow {
  server: string;
  package: string;
  transport: string;
  tools: number;
  /** Tools that have at least one trace. */
  toolsWithTraces: number;
  traces: number;
  /** Share of the traces with calls whose calls all ran on the server and succeeded. */
  executed: number;
  rejected: number;
  commonest: string;
  samples: number;
  /** Why it came to nothing. */
  error?: string;
}

/** Installs one server and runs discover, synthesize and build-data on it, in a workspace of its own; what fails is in the row. */
export async function* tryServer(outer: Context, server: RealServer, rows: RealServerRow[]): StageEvents {
  const context = { ...outer, workspace: join(outer.workspace, server.name) };
  const row: RealServerRow = {
    ...{ server: server.name, package: server.package, transport: server.transport },
    ...{ tools: 0, toolsWithTraces: 0, traces: 0, executed: 0, rejected: 0, commonest: '', samples: 0 },
  };
  rows.push(row);
  try {
    await using pages = await servePages();
    const parts = server.workspace(yield* installServer(context, server), pages.url);
    await using service = parts.listens && (await startListening(context, parts.listens));
    await writeParts(context, server.name, parts, service?.url);
    const settings = await loadSettings(context);
    yield* discover(context, settings);
    yield* synthesize(context, settings);
    Object.assign(row, await figures(context));
    for await (const event of buildData(context, settings)) {
      yield event;
      if (event.type === 'done') row.samples = samplesIn(event.counts);
    }
  } catch (error) {
    if (context.signal.aborted) throw error;
    row.error = messageOf(error);
    yield { type: 'warning', stage: server.name, message: row.error };
  }
}

/** Of the selector and of the tools' arguments; `build-data` counts them by split. */
function samplesIn(counts: Readonly<Record<string, number>>): number {
  const rows = Object.entries(counts).filter(([name]) => / (selector|arguments)$/.test(name));
  return rows.reduce((sum, [, count]) => sum + count, 0);
}

async function figures(context: Context): Promise<Partial<RealServerRow>> {
  const { tools } = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const rejects = await readJsonFile(
    join(context.workspace, 'traces', 'rejects.json'),
    z.record(z.string(), z.number()),
  );
  const called = new Set<string>();
  let [traces, calling, executed] = [0, 0, 0];
  for await (const { messages, provenance } of readJsonl(tracesPath(context), TraceSchema)) {
    traces += 1;
    if (provenance.kind === 'respond') continue;
    calling += 1;
    executed += provenance.executed ? 1 : 0;
    for (const message of messages) if (message.role === 'assistant' && message.call) called.add(message.call.tool);
  }
  const reasons = Object.entries(rejects).sort(([, a], [, b]) => b - a);
  return {
    tools: tools.length,
    toolsWithTraces: called.size,
    traces,
    executed: calling === 0 ? 0 : executed / calling,
    rejected: reasons.reduce((sum, [, count]) => sum + count, 0),
    commonest: reasons[0] === undefined ? '' : `${reasons[0][0]} (${reasons[0][1]})`,
  };
}
