import { messageOf, ToolkitError } from '../../core/errors.ts';
import type { Catalogue, Tool } from '../../core/tool.ts';
import type { ServersFile } from '../mcp/servers-file.ts';
import { type CallOutcome, LiveServer, type LiveServerOptions } from './live-server.ts';

export interface LiveServersOptions extends Pick<LiveServerOptions, 'env' | 'signal' | 'timeoutMs'> {
  servers: ServersFile;
  catalogue: Catalogue;
  /** Tools that take no part. */
  isExcluded(server: string, name: string): boolean;
}

/** The user's own servers: what they do stays done. */
export interface LiveServers extends AsyncDisposable {
  /** Those of the catalogue that its servers still have, as they were. */
  tools: readonly Tool[];
  /** Servers and tools that are left out, and why. */
  warnings: readonly string[];
  call(tool: Tool, args: Record<string, unknown>): Promise<CallOutcome>;
}

const STALE = 'Its adapters may be stale: `pnpm pipeline run` makes them anew';

/**
 * Starts the servers of a catalogue and sees which of its tools are as they were: the others are left out, as the adapters know them no more.
 * @throws ToolkitError (input) where none is left
 */
export async function openLiveServers(options: LiveServersOptions): Promise<LiveServers> {
  const { catalogue, isExcluded, signal } = options;
  const used = catalogue.tools.filter(({ server, name }) => !isExcluded(server, name));
  const names = [...new Set(used.map(({ server }) => server))];
  const opened = await Promise.all(names.map((name) => openOne(name, used, options)));
  const live = new Map(opened.flatMap(({ name, server }) => (server === undefined ? [] : [[name, server] as const])));
  const close = async () => void (await Promise.all([...live.values()].map((server) => server.close())));
  const same = new Set(opened.flatMap(({ tools }) => tools));
  const tools = used.filter((tool) => same.has(tool));
  const warnings = opened.flatMap((one) => one.warnings);
  if (signal.aborted || tools.length === 0) {
    await close();
    signal.throwIfAborted();
    throw noTools(options.servers.path, warnings);
  }
  return {
    tools,
    warnings,
    call: (tool, args) => live.get(tool.server)!.call(tool, args),
    [Symbol.asyncDispose]: close,
  };
}

interface OpenedServer {
  name: string;
  server?: LiveServer;
  tools: readonly Tool[];
  warnings: string[];
}

async function openOne(name: string, tools: readonly Tool[], options: LiveServersOptions): Promise<OpenedServer> {
  const { env, signal, timeoutMs, isExcluded } = options;
  const config = options.servers.servers.find((one) => one.name === name);
  const leftOut = (why: string) => ({ name, tools: [], warnings: [`server ${name} is left out: ${why}`] });
  if (config === undefined) return leftOut(`${options.servers.path} has no such server any more`);
  const known = tools.filter(({ server }) => server === name);
  const server = new LiveServer({ config, known, env, signal, timeoutMs });
  try {
    const { same, changed, added } = await server.start();
    const fresh = added.filter((one) => !isExcluded(name, one));
    return {
      name,
      server,
      tools: same,
      warnings: [
        ...changed.map(
          ({ tool, how }) => `${tool.id} ${how} since the adapters were trained, and is left out. ${STALE}`,
        ),
        ...(fresh.length > 0 ? [`server ${name} has new tools, which the adapters do not know: ${listOf(fresh)}`] : []),
      ],
    };
  } catch (error) {
    if (!(error instanceof ToolkitError) && !signal.aborted) throw error;
    return leftOut(messageOf(error));
  }
}

const MOST_NAMED = 10;

function listOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function noTools(path: string, warnings: readonly string[]): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: 'no tool of the catalogue can be used',
    where: path,
    found: warnings.join('\n') || 'no tool that is not excluded',
    todo: 'correct the servers, or run `pnpm pipeline run` where their tools have changed',
  });
}
