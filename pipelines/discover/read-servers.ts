import { resolve } from 'node:path';
import type { Context } from '../../core/context.ts';
import { messageOf } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { type RecordingCassette, readCassette, recordCassette } from '../../runtime/cassette.ts';
import { readServersFile } from '../../runtime/mcp/servers-file.ts';
import type { Settings } from '../settings.ts';
import { exclusions } from './exclusions.ts';
import { type ReadOptions, type ReadServer, readListing, readServer } from './read-server.ts';

export interface DiscoverOptions {
  /** Goes on without the servers and tools that fail, with a warning for each. */
  keepGoing?: boolean;
  /** How long a server may take to answer. */
  timeoutMs?: number;
  /** Takes over from the servers what differs in formatting only, too. */
  force?: boolean;
}

export interface ReadServers {
  read: ReadServer[];
  /** Names of the servers that were left out (`keepGoing`). */
  failed: string[];
}

/** Asks all servers of the workspace, or its cassette, for their tools, less the excluded ones. @param stage as events name it */
export async function* readServers(
  stage: string,
  context: Context,
  settings: Settings,
  options: DiscoverOptions,
): AsyncGenerator<StageEvent, ReadServers, undefined> {
  const { sources, cassette } = await openSources(context, settings);
  await using _closed = { [Symbol.asyncDispose]: async () => cassette?.close() };
  yield { type: 'start', stage, total: sources.length };
  const excluded = exclusions(settings.tools.exclude);
  const failed: string[] = [];
  const read: ReadServer[] = [];
  for (const { name, read: readTools } of sources) {
    if (excluded.hasServer(name)) continue;
    try {
      const server = await readTools({
        keepGoing: options.keepGoing === true,
        timeoutMs: options.timeoutMs,
        cassette,
        isExcluded: (tool) => excluded.hasTool(name, tool),
      });
      read.push(server);
      for (const message of server.warnings) yield { type: 'warning', stage, message };
    } catch (error) {
      if (!options.keepGoing || context.signal.aborted) throw error;
      failed.push(name);
      yield { type: 'warning', stage, message: `left out: ${messageOf(error)}` };
    }
    yield progress(stage, read, sources.length);
  }
  for (const message of excluded.mistakes(failed)) yield { type: 'warning', stage, message };
  return { read, failed };
}

/** Absolute path of the servers file of a workspace. */
export function serversPath({ workspace }: Pick<Context, 'workspace'>, { servers }: Pick<Settings, 'servers'>): string {
  return resolve(workspace, servers);
}

/** A server, or what one listed when a cassette was recorded. */
interface Source {
  name: string;
  read(options: ReadOptions): Promise<ReadServer>;
}

async function openSources(
  context: Context,
  settings: Settings,
): Promise<{ sources: Source[]; cassette?: RecordingCassette }> {
  if (context.cassette?.mode === 'replay') {
    const listings = (await readCassette(context.cassette.path)).listings();
    return { sources: listings.map((one) => ({ name: one.server, read: (options) => readListing(one, options) })) };
  }
  const { servers } = await readServersFile(serversPath(context, settings), context);
  return {
    sources: servers.map((one) => ({ name: one.name, read: (options) => readServer(context, one, options) })),
    cassette: context.cassette && (await recordCassette(context.cassette.path)),
  };
}

function progress(stage: string, read: readonly ReadServer[], total: number): StageEvent {
  const last = read.at(-1);
  return {
    type: 'progress',
    stage,
    done: read.length,
    total,
    note: last && `${last.about.name}: ${last.tools.length} tools`,
  };
}
