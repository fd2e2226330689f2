import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { BundleSchema } from '../core/bundle.ts';
import { readJsonFile } from '../core/json-file.ts';
import { readManifest } from '../core/manifest.ts';
import { MetricsSchema } from '../core/metrics.ts';
import { PROJECT_ROOT } from '../core/project.ts';
import { writeDemoWorkspace } from '../pipelines/demo/workspace.ts';

/** The whole job by the commands that users run, on the demo's servers and base, with little data and few steps. */

const TIMEOUT = 600_000;
let workspace: string;

/** The demo with five tools. */
const SMALL = `
tools: { exclude: [${[
  ...['read_file', 'read_media_file', 'read_multiple_files', 'edit_file', 'list_directory_with_sizes', 'move_file'],
  ...['list_allowed_directories', 'get_file_info', 'directory_tree', 'search_files'],
]
  .map((name) => `filesystem.${name}`)
  .concat(
    ['add_observations', 'delete_observations', 'delete_relations', 'create_relations', 'delete_entities'].map(
      (name) => `memory.${name}`,
    ),
    ['memory.create_entities', 'memory.search_nodes'],
  )
  .join(', ')}] }
sandbox:
  filesystem: { copy: [files], restart: false }
  memory: { copy: [memory.jsonl], restart: false }
prompt: { descriptions: first-sentence }
synthesize: { tracesPerTool: 8, chains: 4, respond: 8, parallel: 3, recovery: 3, clarify: 3 }
recipes: { selector: selector.yaml, arguments: arguments.yaml, monolithic: monolithic.yaml }
evaluate: { limit: 4 }
`;

async function makeWorkspace(): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'end-to-end-')), 'work');
  await writeDemoWorkspace(folder, 1);
  const settings = join(folder, 'workspace.yaml');
  const [mark] = (await readFile(settings, 'utf8')).split('\n');
  await writeFile(settings, `${mark}\nseed: 1\nservers: servers.json\nbase: embedded${SMALL}`);
  for (const task of ['selector', 'arguments', 'monolithic'])
    await writeFile(
      join(folder, `${task}.yaml`),
      `extends: ${join(PROJECT_ROOT, 'recipes', 'demo', task)}.yaml\nmin_steps: 0\nmax_steps: 6\ncheckpoint_every: { steps: 2 }\n`,
    );
  return folder;
}

interface Ended {
  code: number | null;
  events: { type: string; stage: string; done?: number; [name: string]: unknown }[];
  stdout: string;
  stderr: string;
}

/** Runs a command as `pnpm` does. @param until the signal (Ctrl-C, where none is said) is sent at the first event for which it is true */
function command(
  script: 'pipeline' | 'train' | 'demo',
  args: string[],
  until?: (event: Ended['events'][number]) => boolean,
  signal: 'SIGINT' | 'SIGKILL' = 'SIGINT',
): Promise<Ended> {
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'scripts', `${script}.ts`), ...args, '-w', workspace], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended: Ended = { code: null, events: [], stdout: '', stderr: '' };
  let rest = '';
  child.stderr.on('data', (chunk: Buffer) => {
    ended.stderr += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    ended.stdout += chunk.toString();
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop()!;
    for (const line of lines.filter((text) => text.startsWith('{"type"'))) {
      const event = JSON.parse(line);
      ended.events.push(event);
      if (until?.(event)) child.kill(signal);
    }
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ended, code })));
}

const stages = ({ events }: Ended, type: string) =>
  events.filter((event) => event.type === type).map(({ stage }) => stage);

beforeAll(async () => {
  workspace = await makeWorkspace();
});

test(
  'from servers to a report, interrupted and killed on the way',
  async () => {
    const first = await command('pipeline', ['run', '--json'], ({ type, stage, done }) =>
      Boolean(type === 'progress' && stage === 'synthesize' && done && done > 5),
    );
    expect(first, first.stderr).toMatchObject({ code: 130 });
    expect(first.stderr).toContain('run the same command again');

    const isInTraining = ({ type, stage, done }: Ended['events'][number]) =>
      Boolean(type === 'progress' && stage === 'train selector' && done === 3);
    const second = await command('pipeline', ['run', '--json'], isInTraining, 'SIGKILL');
    expect(second, second.stderr).toMatchObject({ code: null });
    expect(second.events.find(({ type, stage }) => type === 'start' && stage === 'synthesize')).not.toMatchObject({
      resumed: 0,
    });
    expect(stages(second, 'done')).toEqual(expect.arrayContaining(['synthesize', 'build-data']));

    const third = await command('pipeline', ['run', '--json']);
    expect(third, third.stderr).toMatchObject({ code: 0 });
    expect(stages(third, 'skipped')).toEqual(expect.arrayContaining(['synthesize', 'build-data']));
    expect(third.events.find(({ type, stage }) => type === 'start' && stage === 'train selector')).not.toMatchObject({
      resumed: 0,
    });
    expect(stages(third, 'done')).toEqual(
      expect.arrayContaining(['train selector', 'train monolithic', 'convert', 'evaluate', 'report']),
    );
  },
  TIMEOUT,
);

test(
  'what was made is whole',
  async () => {
    const bundle = await readJsonFile(join(workspace, 'bundle', 'bundle.json'), BundleSchema);
    // `read_graph` takes no arguments.
    expect(bundle.adapters.map(({ name }) => name).sort()).toEqual([
      'arguments',
      'arguments-filesystem-create_directory',
      'arguments-filesystem-list_directory',
      'arguments-filesystem-read_text_file',
      'arguments-filesystem-write_file',
      'arguments-memory-open_nodes',
      'monolithic',
      'selector',
    ]);
    for (const { file } of bundle.adapters) expect(existsSync(join(workspace, 'bundle', file))).toBe(true);
    const metrics = await readJsonFile(join(workspace, 'evaluation', 'metrics.json'), MetricsSchema);
    expect(Object.keys(metrics.systems)).toEqual(['base', 'monolithic', 'decoupled']);
    expect(Object.values(metrics.systems).map(({ overall }) => overall.n)).toEqual([4, 4, 4]);
    expect(await readFile(join(workspace, 'report', 'report.html'), 'utf8')).toContain('decoupled');

    const again = await command('pipeline', ['run', '--json']);
    expect(again, again.stderr).toMatchObject({ code: 0 });
    expect(stages(again, 'done').filter((stage) => stage !== 'discover')).toEqual([]);
    const status = await command('pipeline', ['status', '--json']);
    const rows: { state: string }[] = JSON.parse(status.stdout);
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['fresh']));
    const lock = join(workspace, 'catalogue.lock');
    const locked = await readFile(lock, 'utf8');
    await rm(lock);
    const demo = await command('demo', ['--json']); // the same job as `run`
    expect(demo, demo.stderr).toMatchObject({ code: 0 });
    expect(stages(demo, 'done').filter((stage) => stage !== 'discover')).toEqual(['lock']);
    expect(await readFile(lock, 'utf8')).toBe(locked);
    const mask = await command('pipeline', ['explain-mask', '--json']);
    const { checks, tokens } = JSON.parse(mask.stdout);
    expect(checks.every(({ ok }: { ok: boolean }) => ok)).toBe(true);
    expect(tokens.some(({ train }: { train: boolean }) => train)).toBe(true);
  },
  TIMEOUT,
);

test(
  'another workspace with the same seed gets the same traces and samples, interrupted or not',
  async () => {
    const interrupted = workspace;
    workspace = await makeWorkspace();
    for (const stage of ['discover', 'synthesize', 'build-data'])
      expect(await command('pipeline', [stage, '--json'])).toMatchObject({ code: 0 });
    for (const stage of ['traces', 'samples']) {
      const [one, two] = await Promise.all([interrupted, workspace].map((place) => readManifest(join(place, stage))));
      expect(two!.hash).toBe(one!.hash);
    }
  },
  TIMEOUT,
);

test('wrong usage and wrong input end with 2 and say what to do', async () => {
  expect(await command('pipeline', ['evalute'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('evaluate'),
  });
  expect(await command('train', [])).toMatchObject({ code: 2, stderr: expect.stringContaining('--recipe') });
  expect(await command('train', ['--recipe', 'selecter'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('selector'),
  });
  const empty = join(workspace, 'empty');
  await mkdir(empty);
  workspace = empty;
  expect(await command('pipeline', ['status'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--servers'),
  });
  await writeFile(join(empty, 'workspace.yaml'), 'seeds: 1\n');
  await appendFile(join(empty, 'workspace.yaml'), 'base: 3\n');
  const { code, stderr } = await command('pipeline', ['discover']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/workspace\.yaml:1:\d+: unknown key `seeds`/);
  expect(stderr).toContain('workspace.yaml:2:7: wrong value of `base`');
});
