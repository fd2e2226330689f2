import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { PROJECT_ROOT } from '../../core/project.ts';
import { type HubRepositories, startHubRepositories } from '../fixtures/hub-repositories.ts';
import { bash, runWorkflow, type WorkflowRun } from '../fixtures/workflow.ts';

/** The files of `ci`, run step by step as a runner would, on a tiny repository and a stub of the Hub. */

const TIMEOUT = 900_000;
const CI = join(PROJECT_ROOT, 'ci');
const SERVER = join(PROJECT_ROOT, 'node_modules', '@modelcontextprotocol', 'server-filesystem', 'dist', 'index.js');

const SETTINGS = `
servers: ../mcp.json
base: embedded
tools: {exclude: [${[
  ...['read_file', 'read_media_file', 'read_multiple_files', 'edit_file', 'list_directory_with_sizes', 'move_file'],
  ...['list_allowed_directories', 'get_file_info', 'directory_tree', 'search_files', 'create_directory', 'write_file'],
]
  .map((name) => `files.${name}`)
  .join(', ')}]}
sandbox: {files: {copy: [notes], restart: false}}
prompt: {descriptions: first-sentence}
synthesize: {tracesPerTool: 8, chains: 0, respond: 6, parallel: 0, recovery: 0, clarify: 0}
recipes: {selector: RECIPES/selector.yaml, arguments: RECIPES/arguments.yaml, monolithic: RECIPES/monolithic.yaml}
evaluate: {systems: [base, decoupled], limit: 3}
publish: {to: 'hub:some/tools', data: true, gates: ../tools/gates.yaml}
`;

let hub: HubRepositories;
let repository: string;
let run: WorkflowRun;

/** Runs the toolkit's scripts as `pnpm --dir dualtune` does. */
const PNPM = `#!/usr/bin/env bash
cd "${PROJECT_ROOT}"
script=$1; shift
exec "${process.execPath}" "scripts/$script.ts" "$@"
`;

async function makeRepository(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ci-'));
  const [tools, recipes] = [join(folder, 'tools'), join(folder, 'recipes')];
  for (const path of [tools, recipes, join(folder, 'notes')]) await mkdir(path);
  for (const name of ['alpha', 'beta', 'gamma', 'delta', 'kappa', 'omega'])
    await writeFile(join(folder, 'notes', `${name}.txt`), `a note on ${name}`);
  const server = { command: 'node', args: [SERVER, '.'], cwd: 'notes' };
  await writeFile(join(folder, 'mcp.json'), JSON.stringify({ mcpServers: { files: server } }));
  const settings = SETTINGS.replaceAll('RECIPES', '../recipes');
  await writeFile(join(tools, 'workspace.yaml'), settings);
  await writeFile(join(tools, 'smoke.yaml'), settings);
  await writeFile(join(tools, 'gates.yaml'), 'gates: [{score: call_accuracy, min: 0, drop: interval}]\n');
  for (const task of ['selector', 'arguments', 'monolithic']) {
    const shared = task === 'arguments' ? 'shared: {epochs: 1, candidates: []}\n' : '';
    const base = `extends: ${join(PROJECT_ROOT, 'recipes', 'demo', task)}.yaml\nmin_steps: 0\nmax_steps: 2\n`;
    await writeFile(join(recipes, `${task}.yaml`), `${base}checkpoint_every: {steps: 1}\n${shared}`);
  }
  await symlink(PROJECT_ROOT, join(folder, 'dualtune'));
  await writeFile(join(folder, 'pnpm'), PNPM);
  await chmod(join(folder, 'pnpm'), 0o755);
  // As a checkout: what CI commits goes to a remote.
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { stdio: 'pipe' });
  execFileSync('git', ['init', '--quiet', '--bare', join(folder, 'remote.git')]);
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', 'tools', 'recipes', 'mcp.json');
  git('-c', 'user.name=test', '-c', 'user.email=test@example.invalid', 'commit', '--quiet', '--message', 'Tools');
  git('remote', 'add', 'origin', join(folder, 'remote.git'));
  git('push', '--quiet', '--set-upstream', 'origin', 'main');
  return folder;
}

beforeAll(async () => {
  hub = await startHubRepositories();
  repository = await makeRepository();
  run = {
    values: {
      'github.workspace': repository,
      'github.event_name': 'schedule',
      'github.token': 'none',
      'github.event.number': '1',
      'secrets.HF_TOKEN': 'hf_publishes',
    },
    env: { PNPM: join(repository, 'pnpm'), HF_ENDPOINT: hub.url },
  };
});
afterAll(() => hub.close());

const workflow = (name: string, options: Partial<WorkflowRun> = {}) =>
  runWorkflow(join(CI, name), { ...run, ...options });
const failures = (steps: { name: string; code: number | null; output: string }[]) =>
  steps.filter(({ code }) => code !== 0);

test('every file is YAML with what GitHub needs, and pins what it runs', async () => {
  const files = (await readdir(CI)).filter((name) => name.endsWith('.yml'));
  expect(files.sort()).toEqual(['github-actions-cpu.yml', 'github-actions-gpu.yml']);
  for (const file of files) {
    const { on, jobs, permissions, concurrency, env } = parse(await readFile(join(CI, file), 'utf8'));
    expect([on, permissions, concurrency].every((part) => typeof part === 'object')).toBe(true);
    expect(env.PNPM).toMatch(/pnpm@\d+\.\d+\.\d+ /);
    const [job] = Object.values(jobs) as { steps: { uses?: string; run?: string }[] }[];
    for (const { uses, run: script } of job!.steps) {
      expect((uses === undefined) !== (script === undefined)).toBe(true);
      if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/);
      // An expression inside a script is code that others may write: values come by `env`.
      expect(script ?? '').not.toContain('${{');
    }
  }
});

test(
  'with a GPU runner: from drift to a release on the Hub; killed in a training and broken off in the upload, it is gone on with',
  async () => {
    const killed = await workflow('github-actions-gpu.yml', {
      killAt: (_, output) => /train/.test(output) && existsSync(join(repository, 'tools', 'samples', 'manifest.json')),
    });
    expect(failures(killed).map(({ name }) => name)).toEqual(expect.arrayContaining(['Make what is stale']));
    const made = async (stage: string) => (await stat(join(repository, 'tools', stage, 'manifest.json'))).mtimeMs;
    const before = [await made('traces'), await made('samples')];

    hub.breakFrom = 3;
    const broken = await workflow('github-actions-gpu.yml');
    expect(failures(broken), failures(broken)[0]?.output).toMatchObject([{ name: 'Publish', code: 1 }]);
    expect([await made('traces'), await made('samples')]).toEqual(before);
    expect(hub.repositories.get('models/some/tools')!.commits).toHaveLength(1);
    const evaluated = await made('evaluation');

    hub.breakFrom = undefined;
    const third = await workflow('github-actions-gpu.yml');
    expect(failures(third), failures(third)[0]?.output).toEqual([]);
    expect(await made('evaluation')).toBe(evaluated);
    expect(third.map(({ name }) => name)).not.toContain('Make what is stale');
    const { commits, tags } = hub.repositories.get('models/some/tools')!;
    expect(commits).toHaveLength(2);
    expect([...tags.keys()]).toEqual([expect.stringMatching(/^release-[0-9a-f]{12}$/)]);
    expect(commits[1]!.files.has('bundle/adapters/selector.gguf')).toBe(true);
    expect(new Set(hub.received).size).toBe(hub.received.length);
    expect(await readFile(join(repository, 'summary.md'), 'utf8')).toContain('# How well the tools are called');

    const remote = join(repository, 'remote.git');
    const kept = execFileSync('git', ['-C', remote, 'show', '--stat', '--format=%an', 'main'], { encoding: 'utf8' });
    expect(kept).toMatch(/^ci\n[\s\S]*tools\/catalogue\.lock/);

    // A pull request makes nothing public.
    const values = { ...run.values, 'github.event_name': 'pull_request' };
    await writeFile(join(repository, 'gh'), '#!/bin/sh\nprintf "%s " "$@" > comment\n');
    await chmod(join(repository, 'gh'), 0o755);
    const env = { ...run.env, PATH: `${repository}:${process.env.PATH}` };
    const pull = await workflow('github-actions-gpu.yml', { values, env });
    expect(pull.map(({ name }) => name)).not.toContain('Publish');
    expect(await readFile(join(repository, 'comment'), 'utf8')).toContain('pr comment 1 --body-file');
  },
  TIMEOUT,
);

test(
  'on a hosted runner: the whole job out of a cassette, without servers, and nothing is sent',
  async () => {
    const smoke = join(repository, 'smoke');
    await mkdir(smoke);
    await writeFile(join(smoke, 'workspace.yaml'), await readFile(join(repository, 'tools', 'smoke.yaml')));
    const cassette = join(repository, 'tools', 'smoke.cassette.jsonl');
    // Of an evaluation's calls those that were not recorded stay unscored: the stages that need all answers are enough here.
    for (const stage of ['discover', 'synthesize']) {
      const script = `"${join(repository, 'pnpm')}" pipeline ${stage} --workspace "${smoke}" --record "${cassette}"`;
      const recorded = await bash(script, repository, process.env);
      expect(recorded.code, recorded.output).toBe(0);
    }
    execFileSync('rm', ['-r', smoke, join(repository, 'notes'), join(repository, 'mcp.json')]);
    const received = hub.received.length;
    const steps = await workflow('github-actions-cpu.yml');
    expect(failures(steps), failures(steps)[0]?.output).toEqual([]);
    expect(existsSync(join(smoke, 'releases'))).toBe(false);
    expect(steps.at(-2)!.output).toMatch(/to send: \d+/);
    expect(hub.received).toHaveLength(received);
  },
  TIMEOUT,
);
