import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Context } from '../core/context.ts';
import { messageOf, ToolkitError } from '../core/errors.ts';
import type { StageEvent, StageEvents } from '../core/event.ts';
import { hashFile, hashJson } from '../core/hash.ts';
import { writeJsonFile } from '../core/json-file.ts';
import type { StagePlan } from '../core/manifest.ts';
import { runStage } from '../core/stage.ts';
import { type Catalogue, CatalogueSchema } from '../core/tool.ts';
import { readServersFile } from '../runtime/mcp/servers-file.ts';
import { promptNames, slugs } from './discover/names.ts';
import { type ReadServer, readServer } from './discover/read-server.ts';
import type { Settings } from './settings.ts';

const STAGE = 'discover';

export interface DiscoverOptions {
  /** Asks the servers again although their file is the same. */
  force?: boolean;
  /** Goes on without the servers and tools that fail, with a warning for each. */
  keepGoing?: boolean;
  /** How long a server may take to answer. */
  timeoutMs?: number;
}

/** Absolute path of the catalogue of a workspace. */
export function cataloguePath(context: Context): string {
  return join(context.workspace, 'catalogue', 'catalogue.json');
}

export async function planDiscover(context: Context, settings: Settings): Promise<StagePlan> {
  const path = serversPath(context, settings);
  return {
    stage: STAGE,
    folder: join(context.workspace, 'catalogue'),
    inputs: { servers: existsSync(path) ? await hashFile(path) : 'missing' },
    settings: { exclude: settings.tools.exclude },
    seed: 0,
  };
}

/**
 * Reads the tools of all servers into `catalogue/catalogue.json`. A fresh catalogue is one of the same servers file: servers may have changed
 * since, so `force` asks them again.
 */
export async function* discover(context: Context, settings: Settings, options: DiscoverOptions = {}): StageEvents {
  const plan = await planDiscover(context, settings);
  const file = await readServersFile(serversPath(context, settings));
  yield* runStage(plan, { force: options.force, signal: context.signal }, async function* ({ folder }) {
    yield { type: 'start', stage: STAGE, total: file.servers.length };
    const read: ReadServer[] = [];
    for (const config of file.servers) {
      const isExcluded = (name: string) =>
        settings.tools.exclude.some((id) => id === `${config.name}.${name}` || id === `${config.name}.*`);
      if (settings.tools.exclude.includes(`${config.name}.*`)) continue;
      try {
        const server = await readServer(context, config, {
          keepGoing: options.keepGoing === true,
          timeoutMs: options.timeoutMs,
          isExcluded,
        });
        read.push(server);
        for (const message of server.warnings) yield { type: 'warning', stage: STAGE, message };
      } catch (error) {
        if (!options.keepGoing || context.signal.aborted) throw error;
        yield { type: 'warning', stage: STAGE, message: `left out: ${messageOf(error)}` };
      }
      yield progress(read, file.servers.length);
    }
    const catalogue = buildCatalogue(read);
    await writeJsonFile(join(folder, 'catalogue.json'), CatalogueSchema.parse(catalogue));
    return { servers: catalogue.servers.length, tools: catalogue.tools.length };
  });
}

/** Puts what the servers listed into one catalogue: servers in file order, tools in their server's order. */
export function buildCatalogue(read: readonly ReadServer[]): Catalogue {
  const listed = read.flatMap(({ about, tools }) => tools.map((tool) => ({ ...tool, server: about.name })));
  if (listed.length === 0) {
    throw new ToolkitError({
      kind: 'input',
      what: 'no tools',
      where: read.map(({ about }) => about.name).join(', '),
      todo: 'check the servers and `tools.exclude`',
    });
  }
  const ids = listed.map(({ server, name }) => `${server}.${name}`);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw new ToolkitError({
      kind: 'input',
      what: 'two tools have the same id',
      found: twice,
      todo: 'rename one of the servers',
    });
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
    hash: hashJson({ name, description, inputSchema, annotations }),
  }));
  return {
    version: 1,
    servers: read.map(({ about }) => about),
    tools,
    hash: hashJson(tools.map(({ id, hash }) => [id, hash])),
  };
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
