import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Context } from '../core/context.ts';
import { messageOf, ToolkitError } from '../core/errors.ts';
import type { StageEvent, StageEvents } from '../core/event.ts';
import { hashFile, hashJson } from '../core/hash.ts';
import { writeJsonFile } from '../core/json-file.ts';
import type { StagePlan } from '../core/manifest.ts';
import { runStage } from '../core/stage.ts';
import { type Catalogue, CatalogueSchema, type Tool } from '../core/tool.ts';
import { toolHash } from '../core/tool-hash.ts';
import { type RecordingCassette, readCassette, recordCassette } from '../runtime/cassette.ts';
import { readServersFile } from '../runtime/mcp/servers-file.ts';
import { exclusions } from './discover/exclusions.ts';
import { promptNames, slugs } from './discover/names.ts';
import { type ReadOptions, type ReadServer, readListing, readServer } from './discover/read-server.ts';
import type { Settings } from './settings.ts';
import { cataloguePath } from './workspace-files.ts';

const STAGE = 'discover';

export interface DiscoverOptions {
  /** Goes on without the servers and tools that fail, with a warning for each. */
  keepGoing?: boolean;
  /** How long a server may take to answer. */
  timeoutMs?: number;
}

/** What is known without asking the servers: whether their tools have changed since, only `discover` finds out. */
export async function planDiscover(context: Context, settings: Settings): Promise<StagePlan> {
  const path = serversPath(context, settings);
  return {
    stage: STAGE,
    folder: dirname(cataloguePath(context)),
    inputs: { servers: existsSync(path) ? await hashFile(path) : 'missing' },
    settings: { exclude: settings.tools.exclude },
    seed: 0,
  };
}

/**
 * Reads the tools of all servers into `catalogue/catalogue.json`. Never skipped: servers change without their file, and one that was left
 * out may be back. Equal tools give equal bytes, so that the stages after it stay fresh.
 */
export async function* discover(context: Context, settings: Settings, options: DiscoverOptions = {}): StageEvents {
  const plan = await planDiscover(context, settings);
  const { sources, cassette } = await openSources(context, settings);
  await using _closed = { [Symbol.asyncDispose]: async () => cassette?.close() };
  yield* runStage(plan, { force: true, signal: context.signal }, async function* ({ folder }) {
    yield { type: 'start', stage: STAGE, total: sources.length };
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
        for (const message of server.warnings) yield { type: 'warning', stage: STAGE, message };
      } catch (error) {
        if (!options.keepGoing || context.signal.aborted) throw error;
        failed.push(name);
        yield { type: 'warning', stage: STAGE, message: `left out: ${messageOf(error)}` };
      }
      yield progress(read, sources.length);
    }
    for (const message of excluded.mistakes(failed)) yield { type: 'warning', stage: STAGE, message };
    const catalogue = buildCatalogue(read);
    await writeJsonFile(join(folder, 'catalogue.json'), CatalogueSchema.parse(catalogue));
    const counts = { servers: catalogue.servers.length, tools: catalogue.tools.length };
    const toolsLeftOut = read.reduce((sum, { leftOut }) => sum + leftOut, 0);
    return {
      ...counts,
      ...(failed.length > 0 && { 'servers left out': failed.length }),
      ...(toolsLeftOut > 0 && { 'tools left out': toolsLeftOut }),
    };
  });
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

/** Puts what the servers listed into one catalogue: servers in file order, tools in their server's order. */
export function buildCatalogue(read: readonly Omit<ReadServer, 'leftOut'>[]): Catalogue {
  const listed = read.flatMap(({ about, tools }) => tools.map((tool) => ({ ...tool, server: about.name })));
  if (listed.length === 0) {
    throw new ToolkitError({
      kind: 'input',
      what: 'no tools',
      where: read.map(({ about }) => about.name).join(', '),
      todo: 'check the servers and `tools.exclude`',
    });
  }
  const names = promptNames(listed);
  const files = slugs(listed);
  const tools = listed.map(({ server, name, description, inputSchema, annotations }, index) => ({
    id: `${server}.${name}`,
    server,
    name,
    promptName: names[index]!,
    slug: files[index]!,
    group: server,
    description,
    inputSchema,
    annotations,
    hash: toolHash({ name, description, inputSchema, annotations }),
  }));
  for (const key of ['id', 'promptName', 'slug'] as const) refuseTwins(tools, key);
  return {
    version: 1,
    servers: read.map(({ about }) => about),
    tools,
    hash: hashJson(tools.map(({ id, hash }) => [id, hash])),
  };
}

/**
 * By these names models call a tool, and its samples and adapters are found. Names that are made here end in a hash that anybody can
 * compute, so a server could give a tool the name of another server's. Slugs are lower case: equal ones are equal on any file system.
 */
function refuseTwins(tools: readonly Tool[], key: 'id' | 'promptName' | 'slug'): void {
  const known = new Map<string, Tool>();
  for (const tool of tools) {
    const other = known.get(tool[key]);
    known.set(tool[key], tool);
    if (other === undefined) continue;
    throw new ToolkitError({
      kind: 'input',
      what: `two tools have the same ${key}`,
      where: `servers ${other.server} and ${tool.server}`,
      expected: 'names that tell the tools apart',
      found: other.id === tool.id ? tool.id : `${other.id} and ${tool.id}: ${tool[key]}`,
      todo: 'leave one out (`tools.exclude`), or rename one of the servers',
    });
  }
}

function serversPath(context: Context, settings: Settings): string {
  return resolve(context.workspace, settings.servers);
}

function progress(read: readonly ReadServer[], total: number): StageEvent {
  const last = read.at(-1);
  return {
    type: 'progress',
    stage: STAGE,
    done: read.length,
    total,
    note: last && `${last.about.name}: ${last.tools.length} tools`,
  };
}
