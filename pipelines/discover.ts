import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import type { StageEvents } from '../core/event.ts';
import { hashFile, hashJson } from '../core/hash.ts';
import { readJsonFile, writeJsonFile } from '../core/json-file.ts';
import type { StagePlan } from '../core/manifest.ts';
import { runStage } from '../core/stage.ts';
import { type Catalogue, CatalogueSchema, type Tool } from '../core/tool.ts';
import { toolHash } from '../core/tool-hash.ts';
import { keepFormatting } from './discover/keep-formatting.ts';
import { promptNames, slugs } from './discover/names.ts';
import type { ReadServer } from './discover/read-server.ts';
import { type DiscoverOptions, readServers, serversPath } from './discover/read-servers.ts';
import type { Settings } from './settings.ts';
import { cataloguePath } from './workspace-files.ts';

const STAGE = 'discover';

export type { DiscoverOptions } from './discover/read-servers.ts';

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
 * out may be back. Equal tools give equal bytes, so that the stages after it stay fresh; what differs from the older catalogue in formatting only
 * stays as it is there.
 */
export async function* discover(context: Context, settings: Settings, options: DiscoverOptions = {}): StageEvents {
  const plan = await planDiscover(context, settings);
  yield* runStage(plan, { force: true, signal: context.signal }, async function* ({ folder }) {
    const older = options.force ? undefined : await readCatalogue(context);
    const { read, failed } = yield* readServers(STAGE, context, settings, options);
    const { read: kept, reformatted } = keepFormatting(read, older);
    if (reformatted.length > 0) yield { type: 'warning', stage: STAGE, message: formattingOnly(reformatted) };
    const catalogue = buildCatalogue(kept);
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

/** The catalogue that there is; `undefined` where there is none, or none that can be read. */
export async function readCatalogue(context: Pick<Context, 'workspace'>): Promise<Catalogue | undefined> {
  const path = cataloguePath(context);
  return existsSync(path) ? readJsonFile(path, CatalogueSchema).catch(() => undefined) : undefined;
}

function formattingOnly(ids: readonly string[]): string {
  return `only the formatting of ${ids.join(', ')} changed: kept as it was, which is what the adapters know`;
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
