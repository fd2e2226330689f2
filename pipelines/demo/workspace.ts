import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ToolkitError } from '../../core/errors.ts';
import { writeJsonFile } from '../../core/json-file.ts';
import { PROJECT_ROOT } from '../../core/project.ts';
import { seededRandom } from '../../core/random.ts';
import { unwritable } from '../../core/stage.ts';
import { demoFiles } from './files.ts';
import { demoGraph } from './graph.ts';

/** Tools of the npm packages server-github 2025.4.8, server-slack 2025.4.25 and server-google-maps 0.6.2 (MIT), as `discover` found them. */
const DISTRACTORS = 'distractors.json';
const MARK = '# The demo workspace, written by `pnpm demo`.';

/**
 * Writes the demo's workspace: settings, servers file, distractors, and a tree of small files and a knowledge graph, which are invented from word lists.
 * The same seed gives the same bytes and file times. @throws ToolkitError (input) where the folder holds something else or cannot be written
 */
export async function writeDemoWorkspace(folder: string, seed: number): Promise<void> {
  try {
    await writeAll(folder, seed);
  } catch (error) {
    throw error instanceof Error && 'code' in error ? unwritable(folder, error) : error;
  }
}

async function writeAll(folder: string, seed: number): Promise<void> {
  await refuseForeign(folder);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'workspace.yaml'), settingsText(seed));
  await writeJsonFile(join(folder, 'servers.json'), { mcpServers: demoServers(folder) });
  await copyFile(join(import.meta.dirname, DISTRACTORS), join(folder, DISTRACTORS));
  const graph = demoGraph(seededRandom(seed, 'demo-graph')).map((line) => JSON.stringify(line));
  await writeFile(join(folder, 'memory.jsonl'), graph.join('\n'));
  await utimes(join(folder, 'memory.jsonl'), dateOf(0), dateOf(0));
  await writeFiles(join(folder, 'files'), seed);
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
synthesize: { tracesPerTool: 120, chains: 80, respond: 120 }
evaluate: { limit: 240 }
offers: { sizes: [5, 10, 15, 20, 50], cases: 40, distractors: ${DISTRACTORS} }
`;
}

async function writeFiles(folder: string, seed: number): Promise<void> {
  await rm(folder, { recursive: true, force: true });
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

async function refuseForeign(folder: string): Promise<void> {
  if (!existsSync(folder) || (await readdir(folder)).length === 0) return;
  const settings = await readFile(join(folder, 'workspace.yaml'), 'utf8').catch(() => '');
  if (settings.startsWith(MARK)) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'the folder is not empty and no demo workspace',
    where: folder,
    expected: `an empty or missing folder, or a workspace.yaml that starts with "${MARK}"`,
    todo: 'choose another folder with --workspace',
  });
}
