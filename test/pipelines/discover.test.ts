import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import type { Context } from '../../core/context.ts';
import type { StageEvent, StageEvents } from '../../core/event.ts';
import { readManifest } from '../../core/manifest.ts';
import { type Catalogue, CatalogueSchema, type Tool } from '../../core/tool.ts';
import { writeDemoWorkspace } from '../../pipelines/demo/workspace.ts';
import { keepFormatting } from '../../pipelines/discover/keep-formatting.ts';
import { promptNames, slugs } from '../../pipelines/discover/names.ts';
import { buildCatalogue, type DiscoverOptions, discover, planDiscover } from '../../pipelines/discover.ts';
import { loadSettings, SettingsSchema } from '../../pipelines/settings.ts';
import { cataloguePath } from '../../pipelines/workspace-files.ts';
import { scripted } from '../fixtures/scripted-config.ts';

let demo: string;
beforeAll(async () => {
  demo = join(await mkdtemp(join(tmpdir(), 'discover-')), 'demo');
  await writeDemoWorkspace(demo, 1);
});

function contextOf(workspace: string): Context {
  return { workspace, env: {}, serverEnv: { PATH: process.env.PATH ?? '' }, signal: new AbortController().signal };
}

async function collect(events: StageEvents): Promise<StageEvent[]> {
  const all: StageEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** A workspace with scripted servers: name → mode. */
async function workspaceWith(servers: Record<string, string>): Promise<Context> {
  const workspace = await mkdtemp(join(tmpdir(), 'discover-'));
  const entries = Object.entries(servers).map(([name, mode]) => [
    name,
    { command: process.execPath, args: scripted(mode).args },
  ]);
  await writeFile(join(workspace, 'servers.json'), JSON.stringify({ mcpServers: Object.fromEntries(entries) }));
  return contextOf(workspace);
}

async function run(
  context: Context,
  options: DiscoverOptions = {},
): Promise<{ events: StageEvent[]; catalogue: Catalogue }> {
  const events = await collect(discover(context, await loadSettings(context), options));
  return { events, catalogue: CatalogueSchema.parse(JSON.parse(await readFile(cataloguePath(context), 'utf8'))) };
}

test('reads the tools of real servers, the same each time, and leaves out the excluded', async () => {
  const context = contextOf(demo);
  const { catalogue } = await run(context);
  expect(catalogue.servers.map(({ name }) => name)).toEqual(['filesystem', 'memory']);
  expect(catalogue.tools).toHaveLength(15);
  expect(catalogue.tools[0]).toMatchObject({
    id: 'filesystem.read_text_file',
    promptName: 'read_text_file',
    slug: 'filesystem-read_text_file',
    group: 'filesystem',
  });
  expect(catalogue.tools.map(({ id }) => id)).not.toContain('filesystem.read_file');
  const bytes = await readFile(cataloguePath(context), 'utf8');
  const manifest = await readManifest(dirname(cataloguePath(context)));
  expect((await run(context)).events.at(-1)).toMatchObject({ type: 'done' });
  expect(await readFile(cataloguePath(context), 'utf8')).toBe(bytes);
  expect(await readManifest(dirname(cataloguePath(context)))).toEqual(manifest);
});

test('another servers file is another plan', async () => {
  const other = `${demo}-other`;
  await cp(demo, other, { recursive: true });
  const before = await planDiscover(contextOf(other), await loadSettings(contextOf(other)));
  const path = join(other, 'servers.json');
  await writeFile(path, `${await readFile(path, 'utf8')} `);
  expect((await planDiscover(contextOf(other), await loadSettings(contextOf(other)))).inputs).not.toEqual(
    before.inputs,
  );
});

test('two servers may have tools of one name', async () => {
  const { catalogue } = await run(await workspaceWith({ one: 'good', two: 'good' }));
  expect(catalogue.tools.map(({ promptName }) => promptName)).toEqual([
    'one_add_note',
    'one_echo',
    'one_list_notes',
    'two_add_note',
    'two_echo',
    'two_list_notes',
  ]);
  expect(new Set(catalogue.tools.map(({ slug }) => slug)).size).toBe(6);
});

test('hostile names become safe ones', async () => {
  const { catalogue } = await run(await workspaceWith({ odd: 'names' }));
  expect(catalogue.tools).toHaveLength(6);
  for (const { promptName, slug } of catalogue.tools) {
    expect(promptName).toMatch(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/);
    expect(slug).toMatch(/^[a-z0-9][a-z0-9_-]{0,79}$/);
    expect(promptName).not.toBe('respond');
  }
  expect(new Set(catalogue.tools.map(({ slug }) => slug)).size).toBe(6);
});

test('slugs are no device names, and differ where only case differs', () => {
  const tools = [
    { server: '', name: 'con' },
    { server: 'a', name: 'x' },
    { server: 'A', name: 'X' },
    { server: 'a', name: '../x' },
  ];
  const names = slugs(tools);
  expect(new Set(names).size).toBe(4);
  for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
  expect(
    promptNames([
      { server: 's', name: 'x' },
      { server: 's_x', name: 'y z' },
      { server: 't', name: 'x' },
    ]),
  ).toEqual(['s_x', 's_x_y_z', 't_x']);
});

test.each(['promptName', 'slug'] as const)('a tool that took the hashed %s of another one is refused', (key) => {
  const listed = (name: string) => ({ name, description: '', inputSchema: { type: 'object' }, annotations: {} });
  const server = (name: string, ...tools: string[]) => ({ about: { name }, tools: tools.map(listed), warnings: [] });
  const victim = server('files', 'read file!');
  const [{ promptName, slug }] = buildCatalogue([victim, server('x', 'files_read_file_', 'other')]).tools as [Tool];
  const thief =
    key === 'promptName'
      ? server('x', 'files_read_file_', promptName)
      : server(slug.split('-')[0]!, slug.slice(slug.indexOf('-') + 1));
  expect(() => buildCatalogue([victim, thief])).toThrow(`two tools have the same ${key}`);
});

test('a broken tool is named; with keepGoing the others are kept', async () => {
  const context = await workspaceWith({ broken: 'broken' });
  const error = await run(context).catch((thrown: Error) => thrown);
  expect(String(error)).toContain('tool `bad_kind`');
  expect(String(error)).toContain('tool `bad_schema`');
  const { events, catalogue } = await run(context, { keepGoing: true });
  expect(events.filter(({ type }) => type === 'warning')).toHaveLength(2);
  expect(catalogue.tools.map(({ name }) => name)).toEqual(['fine']);
});

test('a dead server stops discovery, or with keepGoing is left out with a warning', async () => {
  const context = await workspaceWith({ dead: 'exits', alive: 'good' });
  await expect(run(context)).rejects.toThrow(/server dead/);
  const { events, catalogue } = await run(context, { keepGoing: true });
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'warning', message: expect.stringContaining('server dead') }),
  );
  expect(catalogue.servers.map(({ name }) => name)).toEqual(['alive']);
});

test('a misspelt exclusion is told, with the id that is meant', async () => {
  const context = await workspaceWith({ one: 'good' });
  const settings = SettingsSchema.parse({ tools: { exclude: ['one.ech', 'one.add_note', 'two.*'] } });
  const events = await collect(discover(context, settings));
  expect(events.filter(({ type }) => type === 'warning')).toMatchObject([
    { message: expect.stringContaining('one.ech, which no server offers: did you mean one.echo?') },
    { message: expect.stringContaining('two.*') },
  ]);
  expect(events.at(-1)).toMatchObject({ counts: { tools: 2 } });
});

test('a server that was left out is asked again', async () => {
  const context = await workspaceWith({ alive: 'good' });
  const program = join(context.workspace, 'late.mjs');
  const path = join(context.workspace, 'servers.json');
  const { mcpServers } = JSON.parse(await readFile(path, 'utf8'));
  const late = { command: process.execPath, args: [program, 'good'] };
  await writeFile(path, JSON.stringify({ mcpServers: { ...mcpServers, late } }));
  const { events, catalogue } = await run(context, { keepGoing: true });
  expect(events.at(-1)).toMatchObject({ type: 'done', counts: { servers: 1, 'servers left out': 1 } });
  expect(catalogue.servers.map(({ name }) => name)).toEqual(['alive']);
  await writeFile(program, `await import(${JSON.stringify(pathToFileURL(scripted('good').args[0]!).href)});`);
  expect((await run(context)).catalogue.servers.map(({ name }) => name)).toEqual(['alive', 'late']);
});

test('what changed in formatting only stays word for word, in the order of then; more than that is taken over', async () => {
  const schema = (description: string) => ({
    type: 'object',
    properties: { a: { type: 'string', description, default: 'x  y' }, default: { title: 'B', type: 'number' } },
  });
  const tool = (name: string, description: string, inputSchema: Record<string, unknown>) => ({
    name,
    description,
    inputSchema,
    annotations: {},
  });
  const read = (...tools: ReturnType<typeof tool>[]) => [{ about: { name: 's' }, tools, warnings: [], leftOut: 0 }];
  const older = buildCatalogue(
    read(tool('one', 'Reads.  It\nreads.', schema('A path.')), tool('two', 'B', schema('b'))),
  );
  const { properties, type } = schema(' A \n path. ');
  const again = keepFormatting(
    read(tool('two', 'B', schema('b')), tool('one', 'Reads. It reads.', { properties, type })),
    older,
  );
  expect(again.reformatted).toEqual(['s.one']);
  expect(JSON.stringify(buildCatalogue(again.read))).toBe(JSON.stringify(older));
  const changed = schema('A path.');
  changed.properties.a.default = 'x y';
  const other = keepFormatting(
    read(tool('one', 'Reads.  It\nreads.', changed), tool('three', 'C', schema('c'))),
    older,
  );
  expect(other.reformatted).toEqual([]);
  expect(other.read[0]!.tools[0]!.inputSchema).toBe(changed);
});
