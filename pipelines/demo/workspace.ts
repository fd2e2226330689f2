import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { parse } from 'yaml';
import { ToolkitError } from '../../core/errors.ts';
import { writeJsonFile } from '../../core/json-file.ts';
import { PROJECT_ROOT } from '../../core/project.ts';
import { seededRandom } from '../../core/random.ts';
import { unwritable } from '../../core/stage.ts';
import { demoFiles } from './files.ts';
import { demoGraph } from './graph.ts';

/** Tools of the npm packages server-github 2025.4.8, server-slack 2025.4.25 and server-google-maps 0.6.2 (MIT), as `discover` found them. */
const DISTRACTORS = 'distractors.json';
const SETTINGS = 'workspace.yaml';
const MARK = '# The demo workspace, written by `pnpm demo`.';

/**
 * Writes the demo's workspace: settings, servers file, distractors, and a tree of small files and a knowledge graph, which are invented from word lists.
 * The same seed gives the same bytes and file times. One that is there already is left as it is: its settings and files may have been changed.
 * @returns whether its settings are those that are written now
 * @throws ToolkitError (input) where the folder holds something else, or a demo of another seed; (environment) where it cannot be written
 */
export async function writeDemoWorkspace(folder: string, seed: number): Promise<boolean> {
  try {
    const settings = await readFile(join(folder, SETTINGS), 'utf8').catch(() => undefined);
    if (settings === undefined) await writeAll(folder, seed);
    else refuseForeign(folder, settings, seed);
    return settings === undefined || settings === settingsText(seed);
  } catch (error) {
    throw error instanceof Error && 'code' in error ? unwritable(folder, error) : error;
  }
}

/** All at once, so that a demo workspace is never half written. */
async function writeAll(folder: string, seed: number): Promise<void> {
  await refuseFull(folder);
  // A link to an empty folder stays a link.
  const place = existsSync(folder) ? await realpath(folder) : folder;
  await mkdir(dirname(place), { recursive: true });
  const partial = await mkdtemp(`${place}.`);
  try {
    await writeParts(place, partial, seed);
    await rename(partial, place);
  } catch (error) {
    // Another demo may have been quicker.
    const settings = await readFile(join(folder, SETTINGS), 'utf8').catch(() => undefined);
    if (settings === undefined) throw error;
    refuseForeign(folder, settings, seed);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function writeParts(folder: string, partial: string, seed: number): Promise<void> {
  await writeFile(join(partial, SETTINGS), settingsText(seed));
  await writeJsonFile(join(partial, 'servers.json'), { mcpServers: demoServers(folder) });
  await copyFile(join(import.meta.dirname, DISTRACTORS), join(partial, DISTRACTORS));
  const graph = demoGraph(seededRandom(seed, 'demo-graph')).map((line) => JSON.stringify(line));
  await writeFile(join(partial, 'memory.jsonl'), graph.join('\n'));
  await utimes(join(partial, 'memory.jsonl'), dateOf(0), dateOf(0));
  await writeFiles(join(partial, 'files'), seed);
}

/** Paths are relative to the servers file, so that a workspace inside the project can be moved with it. */
function demoServers(folder: string) {
  const program = (name: string) => {
    const path = join(PROJECT_ROOT, 'node_modules', '@modelcontextprotocol', name, 'dist', 'index.js');
    return `\${workspaceFolder}/${relative(folder, path).replaceAll('\\', '/')}`;
  };
  return {
    // Run inside the folder that it serves: paths are then short, in its results as in calls.
    filesystem: { command: 'node', args: [program('server-filesystem'), '.'], cwd: 'files' },
    // This server takes relative paths from its own program's folder, hence the placeholder.
    memory: {
      command: 'node',
      args: [program('server-memory')],
      env: { MEMORY_FILE_PATH: `\${workspaceFolder}/memory.jsonl` },
    },
  };
}

function settingsText(seed: number): string {
  return `${MARK}
seed: ${seed}
servers: servers.json
base: embedded
tools:
  # 15 of the 23 tools: their prompt is what most of the training time goes into.
  exclude:
    - filesystem.read_file # deprecated by its server
    - filesystem.read_media_file # no pictures or sounds in this workspace
    - filesystem.read_multiple_files
    - filesystem.edit_file
    - filesystem.list_directory_with_sizes
    - filesystem.list_allowed_directories
    - memory.delete_observations
    - memory.delete_relations
sandbox:
  filesystem: { copy: [files], restart: false }
  memory: { copy: [memory.jsonl], restart: false }
prompt:
  # Few tokens for a tiny base: one sentence tells each tool.
  descriptions: first-sentence
# Without queries for several calls, failing calls and questions back: the published figures are of these traces.
synthesize:
  tracesPerTool: 120
  chains: 80
  respond: 120
  parallel: 0
  recovery: 0
  clarify: 0
  # Three of its add_observations add what is there already; the published numbers are of them too.
  verify: { state: false }
evaluate: { limit: 240 }
offers: { sizes: [5, 10, 15, 20, 50], cases: 40, distractors: ${DISTRACTORS} }
`;
}

async function writeFiles(folder: string, seed: number): Promise<void> {
  const random = seededRandom(seed, 'demo-files');
  const { folders, files } = demoFiles(random);
  for (const path of folders) await mkdir(join(folder, path), { recursive: true });
  for (const { path, content, day } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
    await utimes(join(folder, path), dateOf(day), dateOf(day));
  }
  for (const path of ['.', ...folders]) await utimes(join(folder, path), dateOf(0), dateOf(0));
}

function dateOf(day: number): Date {
  return new Date(Date.UTC(2025, 0, 1 + day, 9, day % 60));
}

async function refuseFull(folder: string): Promise<void> {
  if (!existsSync(folder) || (await readdir(folder)).length === 0) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'the folder is not empty and no demo workspace',
    where: folder,
    expected: 'an empty or missing folder, or the workspace of an earlier demo',
    todo: 'choose another folder with --workspace',
  });
}

function refuseForeign(folder: string, settings: string, seed: number): void {
  const found = settings.startsWith(MARK) ? seedOf(settings) : undefined;
  if (found === seed) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'here is another workspace already',
    where: folder,
    expected: `nothing, or the demo of seed ${seed}`,
    found: found === undefined ? 'a workspace.yaml that is not of a demo' : `the demo of seed ${found}`,
    todo: 'choose another folder with --workspace',
  });
}

function seedOf(settings: string): unknown {
  try {
    return parse(settings)?.seed;
  } catch {
    return undefined;
  }
}
