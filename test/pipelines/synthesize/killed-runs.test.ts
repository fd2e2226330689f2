import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test, vi } from 'vitest';
import type { Context } from '../../../core/context.ts';
import { hashJson } from '../../../core/hash.ts';
import { hashFolder } from '../../../core/manifest.ts';
import { PROJECT_ROOT } from '../../../core/project.ts';
import { seededRandom } from '../../../core/random.ts';
import { writeDemoWorkspace } from '../../../pipelines/demo/workspace.ts';
import { discover } from '../../../pipelines/discover.ts';
import { loadSettings } from '../../../pipelines/settings.ts';
import { type StubBody, scriptedTeacher } from '../../fixtures/scripted-teacher.ts';
import type { Fault } from '../../fixtures/spoilt-answer.ts';
import { type StubRequest, startTeacherStub, type TeacherStub } from '../../fixtures/teacher-stub.ts';

/** The command as a user runs it, on a real server, with a teacher that is a stub: killed with all its process group, and run again. */

vi.setConfig({ testTimeout: 600_000 });

const KILLS = 20;
const SEED = Number(process.env.KILL_SEED ?? 20);
const CONCURRENCY = 4;
/** Of so many steps at the end none is waited for: the run might end before it is killed. */
const LAST_STEPS = 25;
/** A kill comes up to so long after its step: in the middle of a request, a call or a write. */
const AFTER_STEP_MS = 50;
/** Every third kill comes up to so long after the start instead: while modules are loaded, the lock is taken, the server starts. */
const AFTER_START_MS = 1500;

const OTHERS = [
  ...['read_file', 'read_media_file', 'read_multiple_files', 'edit_file', 'list_directory_with_sizes', 'move_file'],
  ...['create_directory', 'list_allowed_directories', 'get_file_info', 'directory_tree', 'search_files'],
];

const stubs: TeacherStub[] = [];
const root = await mkdtemp(join(tmpdir(), 'killed-'));

afterAll(async () => {
  for (const stub of stubs) await stub.close();
});

/** A workspace with one server, and a stub of its own. */
async function place(name: string): Promise<{ workspace: string; stub: TeacherStub }> {
  const teacher = scriptedTeacher();
  const stub = await startTeacherStub({
    delay: ({ key }) => numberOf(key) % 30,
    fault,
    // By the tokens that it took a kept answer tells what was asked.
    answer: (body) => ({ ...teacher(body), tokens: numberOf(keyOf(body)) }),
  });
  stubs.push(stub);
  const workspace = join(root, name);
  await writeDemoWorkspace(workspace, 1);
  const servers = JSON.parse(await readFile(join(workspace, 'servers.json'), 'utf8'));
  delete servers.mcpServers.memory;
  await writeFile(join(workspace, 'servers.json'), JSON.stringify(servers));
  await writeFile(
    join(workspace, 'workspace.yaml'),
    `
tools: { exclude: [${OTHERS.map((tool) => `filesystem.${tool}`).join(', ')}] }
sandbox: { filesystem: { copy: [files], restart: false } }
synthesize:
  tracesPerTool: 6
  chains: 6
  respond: 6
  parallel: 4
  recovery: 0
  clarify: 4
  teacher: { baseUrl: "${stub.url}", model: stub, timeoutSeconds: 60, concurrency: ${CONCURRENCY}, callFirst: 6, queryFirst: 6, chains: 6 }
`,
  );
  return { workspace, stub };
}

/** Of what is asked for the first time, a third gets no good answer. */
function fault({ key }: StubRequest, seen: number): Fault | undefined {
  if (seen > 0) return undefined;
  const faults: Fault[] = [
    { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
    { kind: 'status', status: 500 },
    { kind: 'malformed', body: '{"choices": []}' },
    { kind: 'truncated' },
    { kind: 'stalled', ms: 300 },
  ];
  return faults[numberOf(key) % 15];
}

function keyOf({ messages, tools }: StubBody): string {
  return hashJson({ messages, tools });
}

function numberOf(key: string): number {
  return Number.parseInt(key.slice(7, 13), 16);
}

/** Units and kept answers: how far a run has come. */
function progressOf(workspace: string): number {
  const log = join(workspace, 'traces.partial', '.units.jsonl');
  const units = existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0;
  return units + answersIn(workspace).length;
}

function answersIn(workspace: string): string[] {
  const folder = join(workspace, '.teacher');
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  return names.filter((name) => /\.json(\.received)?$/.test(name)).map((name) => join(folder, name));
}

/** What was asked for the answers that are kept. */
function keptIn(workspace: string): Set<number> {
  const texts = answersIn(workspace).map((path) => readFileSync(path, 'utf8'));
  return new Set(texts.filter((text) => text.endsWith('}\n')).map((text) => JSON.parse(text).tokens.input));
}

interface Kill {
  /** So many steps are waited for, at most. */
  steps: number;
  /** How long after that it comes, or after the start. */
  afterMs: number;
  fromStart: boolean;
}

/** Runs the command, and kills its process group where that is wanted. @returns its exit code, or the signal */
async function runCommand(workspace: string, kill?: Kill): Promise<number | string | null> {
  const args = [join(PROJECT_ROOT, 'scripts', 'pipeline.ts'), 'synthesize', '--json', '-w', workspace];
  // The compiled sources are kept: starting is most of the time that this test takes.
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_COMPILE_CACHE: join(root, 'compiled') };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'], detached: true });
  let ended = false;
  const end = once(child, 'exit').then(([code, signal]) => {
    ended = true;
    return signal ?? code;
  });
  if (kill === undefined) return end;
  const timeUp = kill.fromStart ? sleep(kill.afterMs) : undefined;
  let late = false;
  timeUp?.then(() => {
    late = true;
  });
  while (!ended && !late && progressOf(workspace) < kill.steps) await sleep(5);
  if (!kill.fromStart) await sleep(kill.afterMs);
  if (!ended) process.kill(-child.pid!, 'SIGKILL');
  return end;
}

/** Processes that have to do with a workspace: its servers run in it, or are named with it. */
function processesOf(workspace: string): string[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(workspace));
}

async function bytesOf(workspace: string): Promise<Record<string, string>> {
  const names = ['traces.jsonl', 'rejects.json'];
  const texts = await Promise.all(names.map((name) => readFile(join(workspace, 'traces', name), 'utf8')));
  return Object.fromEntries(names.map((name, index) => [name, texts[index]!]));
}

const answered = ({ requests }: TeacherStub) => requests.filter((request) => request.answered);
const different = (stub: TeacherStub) => new Set(answered(stub).map(({ key }) => key)).size;

test(`killed at ${KILLS} moments, it ends with the same bytes, and no kept answer is asked for again`, async () => {
  const whole = await place('whole');
  const context: Context = {
    workspace: whole.workspace,
    env: {},
    serverEnv: { PATH: process.env.PATH ?? '' },
    signal: new AbortController().signal,
  };
  for await (const _ of discover(context, await loadSettings(context)));
  expect(await runCommand(whole.workspace)).toBe(0);
  const units = readFileSync(join(whole.workspace, 'traces', 'manifest.json'), 'utf8');
  const total = JSON.parse(units).counts.units + answersIn(whole.workspace).length;

  const { workspace, stub } = await place('killed');
  await cp(join(whole.workspace, 'catalogue'), join(workspace, 'catalogue'), { recursive: true });
  const data = await hashFolder(join(workspace, 'files'));
  const random = seededRandom(SEED, 'kills');
  const steps = total - LAST_STEPS;
  const moments = Array.from({ length: KILLS }, () => random.int(steps)).sort((a, b) => a - b);
  const told: string[] = [];
  let [kept, before, lost] = [new Set<number>(), 0, 0];
  /** No answer that was there when a run started was asked for in it. What it was answered and is not there was on its way: no more than may be. */
  const checkRequests = (): number => {
    const asked = stub.requests.slice(before);
    expect(asked.filter(({ key }) => kept.has(numberOf(key)))).toEqual([]);
    [before, kept] = [stub.requests.length, keptIn(workspace)];
    const onTheWay = asked.filter(({ answered, key }) => answered && !kept.has(numberOf(key))).length;
    expect(onTheWay).toBeLessThanOrEqual(CONCURRENCY);
    lost += onTheWay;
    return onTheWay;
  };
  for (const [kill, step] of moments.entries()) {
    const fromStart = kill % 3 === 2;
    const afterMs = random.int(fromStart ? AFTER_START_MS : AFTER_STEP_MS);
    const ended = await runCommand(workspace, { steps: fromStart ? steps : step, afterMs, fromStart });
    expect(ended, `kill ${kill}`).toBe('SIGKILL');
    await vi.waitFor(() => expect(processesOf(workspace)).toEqual([]), { timeout: 10_000 });
    told.push(`${progressOf(workspace)} (${fromStart ? 'start' : step}+${afterMs} ms), ${checkRequests()} lost`);
  }
  console.log(`seed ${SEED}, ${total} steps; killed after ${told.join('; ')}`);
  expect(await runCommand(workspace)).toBe(0);
  expect(checkRequests()).toBe(0);
  expect(await bytesOf(workspace)).toEqual(await bytesOf(whole.workspace));
  expect(await hashFolder(join(workspace, 'files'))).toEqual(data);
  expect(existsSync(join(workspace, '.sandbox'))).toBe(false);
  expect(different(stub)).toBe(different(whole.stub));
  expect(answered(whole.stub)).toHaveLength(different(whole.stub));
  expect(answered(stub)).toHaveLength(different(stub) + lost);
});
