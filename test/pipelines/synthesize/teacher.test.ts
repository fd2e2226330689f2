import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Context } from '../../../core/context.ts';
import type { StageEvent } from '../../../core/event.ts';
import { readJsonFile } from '../../../core/json-file.ts';
import { hashFolder } from '../../../core/manifest.ts';
import { CatalogueSchema } from '../../../core/tool.ts';
import { stepsOf, type Trace, TraceSchema } from '../../../core/trace.ts';
import { traceValidator } from '../../../datasets/validate-trace.ts';
import { writeDemoWorkspace } from '../../../pipelines/demo/workspace.ts';
import { discover } from '../../../pipelines/discover.ts';
import { loadSettings, type Settings } from '../../../pipelines/settings.ts';
import { queryKey } from '../../../pipelines/synthesize/progress-file.ts';
import { synthesize } from '../../../pipelines/synthesize.ts';
import { cataloguePath } from '../../../pipelines/workspace-files.ts';
import { type StubOptions, startTeacherStub, type TeacherStub } from '../../fixtures/teacher-stub.ts';

/** A teacher on the demo's real servers, with few tools. The stub stands in for the hosted model. */

vi.setConfig({ testTimeout: 300_000 });

const KEY = 'sk-very-secret-0123456789';
const TOOLS = ['list_directory', 'read_text_file', 'write_file'];
const MEMORY_TOOLS = ['open_nodes', 'create_entities', 'read_graph'];
const ALL = {
  filesystem: [
    ...['read_file', 'read_media_file', 'read_multiple_files', 'edit_file', 'list_directory_with_sizes', 'move_file'],
    ...['create_directory', 'list_allowed_directories', 'get_file_info', 'directory_tree', 'search_files', ...TOOLS],
  ],
  memory: [
    ...['add_observations', 'delete_observations', 'delete_relations', 'create_relations', 'delete_entities'],
    ...['search_nodes', ...MEMORY_TOOLS],
  ],
};
const EXCLUDED = Object.entries(ALL).flatMap(([server, names]) =>
  names.filter((name) => ![...TOOLS, ...MEMORY_TOOLS].includes(name)).map((name) => `${server}.${name}`),
);
const UNITS = { offline: 6 + 1 + 1, taught: 6 * (2 + 2) + 3 + 3 + 2 };

let root: string;
let catalogue: string;
let stub: TeacherStub;
const stubs: TeacherStub[] = [];
let workspaces = 0;

/** A workspace of its own; all have the same data. */
async function place(url: string, more = '', teacher = true): Promise<string> {
  workspaces += 1;
  const workspace = join(root, `w${workspaces}`);
  await writeDemoWorkspace(workspace, 1);
  await writeFile(join(workspace, 'workspace.yaml'), settingsText(url, more, teacher));
  if (catalogue !== undefined) await cp(catalogue, join(workspace, 'catalogue'), { recursive: true });
  return workspace;
}

function settingsText(url: string, more: string, teacher: boolean): string {
  return `
seed: 1
tools: { exclude: [${EXCLUDED.join(', ')}] }
sandbox:
  filesystem: { copy: [files], restart: false }
  memory: { copy: [memory.jsonl], restart: false }
synthesize:
  tracesPerTool: 1
  chains: 1
  respond: 1
  parallel: 0
  recovery: 0
  clarify: 0
${
  teacher
    ? `  teacher:
    { baseUrl: "${url}", model: stub, apiKeyFrom: STUB_KEY, callFirst: 2, queryFirst: 2, chains: 3, parallel: 3, recovery: 2, price: { input: 1, output: 10 }${more} }`
    : ''
}
`;
}

async function start(options: StubOptions = {}): Promise<TeacherStub> {
  const started = await startTeacherStub(options);
  stubs.push(started);
  return started;
}

function contextOf(workspace: string): Context {
  const serverEnv = { PATH: process.env.PATH ?? '' };
  return { workspace, env: {}, serverEnv, variables: { STUB_KEY: KEY }, signal: new AbortController().signal };
}

async function run(
  workspace: string,
  change: (settings: Settings) => void = () => {},
  force = false,
  cassette?: Context['cassette'],
) {
  const context = { ...contextOf(workspace), cassette };
  const settings = await loadSettings(context);
  change(settings);
  const events: StageEvent[] = [];
  for await (const event of synthesize(context, settings, { force })) events.push(event);
  return events;
}

const hashesOf = (workspace: string) => hashFolder(join(workspace, 'traces'));

async function tracesOf(workspace: string): Promise<Trace[]> {
  const text = await readFile(join(workspace, 'traces', 'traces.jsonl'), 'utf8');
  const lines = text.trimEnd().split('\n');
  return lines.map((line) => TraceSchema.parse(JSON.parse(line)));
}

const answered = (one: TeacherStub) => one.requests.filter((request) => request.answered);
const twice = (one: TeacherStub) => answered(one).length - new Set(answered(one).map(({ key }) => key)).size;

let reference: string;
let events: StageEvent[];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'teacher-'));
  stub = await start();
  reference = await place(stub.url);
  const context = contextOf(reference);
  for await (const _ of discover(context, await loadSettings(context)));
  catalogue = join(reference, 'catalogue');
  events = await run(reference);
});

afterAll(async () => {
  for (const one of stubs) await one.close();
});

test('traces of both ways stand behind those of the offline writer, and are as good', async () => {
  const traces = await tracesOf(reference);
  const check = traceValidator(await readJsonFile(cataloguePath(contextOf(reference)), CatalogueSchema));
  for (const trace of traces) {
    expect(check(trace), JSON.stringify(trace)).toBeUndefined();
    expect(trace.provenance.executed).toBe(true);
  }
  const taught = traces.filter(({ provenance }) => provenance.writer.startsWith('teacher-1/'));
  const ways = Map.groupBy(taught, ({ provenance }) => provenance.writer);
  expect([...ways.keys()].sort()).toEqual(['teacher-1/call-first/stub', 'teacher-1/query-first/stub']);
  expect(ways.get('teacher-1/call-first/stub')!.length).toBe(20);
  expect(ways.get('teacher-1/query-first/stub')!.length).toBe(12);
  expect(new Set(taught.map(({ provenance }) => provenance.difficulty)).size).toBe(4);
  expect(new Set(traces.map(({ messages }) => queryKey(messages[0]!.content!))).size).toBe(traces.length);
  for (const { messages } of taught) {
    expect(messages[0]!.content).not.toMatch(new RegExp([...TOOLS, ...MEMORY_TOOLS].join('|'), 'i'));
    expect(messages.some(({ role }) => role === 'tool')).toBe(true);
  }
  const chains = taught.filter(({ id }) => id.startsWith('teacher-chain'));
  expect(chains.length).toBeGreaterThan(0);
  for (const chain of chains) expect(stepsOf(chain).filter(({ call }) => call !== null)).toHaveLength(2);
  const kinds = Map.groupBy(taught, ({ provenance }) => provenance.kind);
  expect(kinds.get('parallel')).toHaveLength(3);
  for (const { messages } of kinds.get('recovery')!) expect(messages[2]).toMatchObject({ role: 'tool', isError: true });
});

test('bad answers are counted by their reason, and asked for again', async () => {
  const rejects: Record<string, number> = JSON.parse(await readFile(join(reference, 'traces', 'rejects.json'), 'utf8'));
  const reasons = Object.keys(rejects).join('\n');
  for (const reason of [
    'filesystem.list_directory: answer is not the JSON asked for',
    'filesystem.read_text_file: answer was cut off',
    'filesystem.write_file: query names the tool',
    'memory.open_nodes: query leaves out a value',
    'memory.open_nodes: no tool was called',
    'memory.read_graph: the same query was written before',
  ])
    expect(reasons).toContain(`teacher: ${reason}`);
  const done = events.at(-1);
  expect(done).toMatchObject({ type: 'done', counts: { units: UNITS.offline + UNITS.taught } });
});

test('progress tells what it costs and how long it takes; the key is told nowhere', async () => {
  const data = events.flatMap((event) => (event.type === 'data' ? [event.data] : []));
  expect(data.at(-1)).toMatchObject({ requests: answered(stub).length, tokens: 120 * answered(stub).length });
  expect(data.at(-1)!.cost).toBeCloseTo((answered(stub).length * (100 + 20 * 10)) / 1e6);
  expect(events.filter(({ type }) => type === 'progress').map((event) => 'note' in event && event.note)).toContainEqual(
    expect.stringMatching(/requests, \d+ tokens, cost 0\.\d\d, about \d+ s left/),
  );
  expect(JSON.stringify(events)).not.toContain(KEY);
  for (const name of await readdir(reference, { recursive: true, withFileTypes: true }))
    if (name.isFile()) expect(await readFile(join(name.parentPath, name.name), 'utf8')).not.toContain(KEY);
  expect(stub.requests.every(({ authorization }) => authorization === `Bearer ${KEY}`)).toBe(true);
  expect(stub.most).toBeLessThanOrEqual(4);
  expect(stub.most).toBeGreaterThan(1);
});

test('without a teacher the offline traces are the same bytes', async () => {
  const workspace = await place(stub.url, '', false);
  await run(workspace);
  const [with_, without] = await Promise.all(
    [reference, workspace].map((each) => readFile(join(each, 'traces', 'traces.jsonl'), 'utf8')),
  );
  expect(with_!.startsWith(without!)).toBe(true);
  expect(without!.trimEnd().split('\n')).toHaveLength(UNITS.offline);
});

test('made again from the same answers, they are the same, and nothing is asked', async () => {
  const before = await hashesOf(reference);
  const asked = stub.requests.length;
  await run(reference, (settings) => Object.assign(settings.synthesize.teacher!, { concurrency: 1 }), true);
  expect(await hashesOf(reference)).toEqual(before);
  expect(stub.requests).toHaveLength(asked);
});

test('an endpoint that is busy, slow, broken, knows no JSON schema and answers in any order makes no difference', async () => {
  const troubled = await start({
    delay: ({ key }) => Number.parseInt(key.slice(7, 9), 16),
    fault: ({ key, body }, seen) => {
      if (body.response_format) return { kind: 'status', status: 400, error: { message: 'response_format?' } };
      const kind = Number.parseInt(key.slice(7, 9), 16) % 12;
      if (seen > 0) return undefined;
      if (kind === 0) return { kind: 'status', status: 429, headers: { 'retry-after': '1' } };
      if (kind === 1) return { kind: 'status', status: 500 };
      if (kind === 2) return { kind: 'truncated' };
      if (kind === 3) return { kind: 'malformed', body: 'oops' };
      return kind === 4 ? { kind: 'stalled', ms: 10_000 } : undefined;
    },
  });
  const workspace = await place(troubled.url, ', timeoutSeconds: 3, concurrency: 8');
  await run(workspace);
  expect(await hashesOf(workspace)).toEqual(await hashesOf(reference));
  expect(twice(troubled)).toBe(0);
});

test('a budget stops it; what was made is kept, and nothing is paid for twice', async () => {
  const asked = answered(stub).length;
  const counted = await start();
  const workspace = await place(counted.url);
  const limit = (budget: object) => (settings: Settings) => Object.assign(settings.synthesize.teacher!, { budget });
  const refused = expect.stringMatching(/budget of requests is used up[\s\S]*12 of 12 used[\s\S]*raise it/);
  await expect(run(workspace, limit({ requests: 12 }))).rejects.toMatchObject({ kind: 'failed', message: refused });
  expect(counted.requests).toHaveLength(12);
  await expect(run(workspace, limit({ requests: 12 }))).rejects.toThrow(/12 of 12/);
  const [started] = await run(workspace);
  expect(started).toMatchObject({ type: 'start', resumed: expect.any(Number) });
  expect(started).not.toMatchObject({ resumed: 0 });
  expect(await hashesOf(workspace)).toEqual(await hashesOf(reference));
  expect(counted.requests).toHaveLength(asked);
});

test('recorded with all in one sandbox, and replayed without servers and data, it gives the same bytes and asks nothing again', async () => {
  const workspace = await place(stub.url);
  const path = join(workspace, 'demo.cassette.jsonl');
  const asked = stub.requests.length;
  const recorded = await run(workspace, undefined, false, { path, mode: 'record' });
  expect(recorded.at(-1)).toMatchObject({ type: 'done', counts: { units: UNITS.offline + UNITS.taught } });
  expect(await hashesOf(workspace)).toEqual(await hashesOf(reference));
  expect(stub.requests.length).toBeGreaterThan(asked);
  const before = stub.requests.length;
  for (const name of ['servers.json', 'files', 'memory.jsonl', 'traces'])
    await rm(join(workspace, name), { recursive: true });
  await run(workspace, undefined, false, { path, mode: 'replay' });
  expect(await hashesOf(workspace)).toEqual(await hashesOf(reference));
  expect(stub.requests).toHaveLength(before);
});

test('a variable that is not set is told by name, a key in its place is not shown', async () => {
  const workspace = await place(stub.url);
  const from = (apiKeyFrom: string) => (settings: Settings) =>
    Object.assign(settings.synthesize.teacher!, { apiKeyFrom });
  await expect(run(workspace, from('MY_API_KEY'))).rejects.toThrow(/MY_API_KEY/);
  const shown = await run(workspace, from('sk-abcdef0123456789')).catch((error: Error) => error.message);
  expect(shown).toContain('not shown');
  expect(shown).not.toContain('abcdef0123456789');
});

test('a secret in the URL is refused and not shown', async () => {
  const workspace = await place('http://me:sesame@127.0.0.1:9/v1');
  const shown = await run(workspace).catch((error: Error) => error.message);
  expect(shown).toContain('synthesize.teacher.baseUrl');
  expect(shown).not.toContain('sesame');
});

test('an endpoint that refuses the key ends the run', async () => {
  const closed = await start({ fault: () => ({ kind: 'status', status: 401, error: { message: `bad key ${KEY}` } }) });
  const workspace = await place(closed.url);
  const failure = await run(workspace).catch((error: Error) => error);
  expect(failure).toMatchObject({ kind: 'input', message: expect.stringContaining('refuses the API key') });
  expect((failure as Error).message).not.toContain(KEY);
  expect(closed.requests.length).toBeLessThanOrEqual(8);
});
