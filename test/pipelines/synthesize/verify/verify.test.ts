import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Context } from '../../../../core/context.ts';
import type { StageEvent } from '../../../../core/event.ts';
import { hashFolder } from '../../../../core/manifest.ts';
import { type Trace, TraceSchema } from '../../../../core/trace.ts';
import { writeDemoWorkspace } from '../../../../pipelines/demo/workspace.ts';
import { discover } from '../../../../pipelines/discover.ts';
import { loadSettings, type Settings } from '../../../../pipelines/settings.ts';
import { synthesize } from '../../../../pipelines/synthesize.ts';
import { type Completion, type StubBody, scriptedTeacher } from '../../../fixtures/scripted-teacher.ts';
import { startTeacherStub, type TeacherStub } from '../../../fixtures/teacher-stub.ts';

/** A teacher, a reader and a judge on the demo's real servers, with few tools. One stub stands in for all three models. */

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const TOOLS = ['filesystem.list_directory', 'filesystem.read_text_file', 'memory.open_nodes', 'memory.read_graph'];

let root: string;
let stub: TeacherStub;
let catalogue: string | undefined;
let workspaces = 0;

function contextOf(workspace: string): Context {
  const serverEnv = { PATH: process.env.PATH ?? '' };
  return { workspace, env: {}, serverEnv, signal: new AbortController().signal };
}

async function place(verify: string): Promise<string> {
  workspaces += 1;
  const workspace = join(root, `w${workspaces}`);
  await writeDemoWorkspace(workspace, 1);
  const model = (name: string, more = '') => `{ baseUrl: "${stub.url}", model: ${name}${more} }`;
  await writeFile(
    join(workspace, 'workspace.yaml'),
    `
sandbox:
  filesystem: { copy: [files], restart: false }
  memory: { copy: [memory.jsonl], restart: false }
synthesize:
  tracesPerTool: 1
  chains: 0
  parallel: 0
  recovery: 0
  clarify: 0
  respond: 2
  teacher: ${model('teacher', ', callFirst: 0, queryFirst: 2, chains: 0, concurrency: 2')}
  verify: { ${verify.replaceAll(/MODEL\((\w+)([^)]*)\)/g, (_, name: string, more: string) => model(name, more))} }
`,
  );
  if (catalogue !== undefined) await cp(catalogue, join(workspace, 'catalogue'), { recursive: true });
  return workspace;
}

async function run(workspace: string, change: (settings: Settings) => void = () => {}, force = false) {
  const context = contextOf(workspace);
  const settings = await loadSettings(context);
  change(settings);
  const events: StageEvent[] = [];
  for await (const event of synthesize(context, settings, { force })) events.push(event);
  return events;
}

const readTraces = (workspace: string, name: string) => readFile(join(workspace, 'traces', name), 'utf8');
const hashesOf = (workspace: string) => hashFolder(join(workspace, 'traces'));
const rejectsOf = async (workspace: string): Promise<Record<string, number>> =>
  JSON.parse(await readTraces(workspace, 'rejects.json'));
const askedOf = (name: string) => stub.requests.filter(({ body }) => body.model === name);

async function tracesOf(workspace: string): Promise<Trace[]> {
  const lines = (await readTraces(workspace, 'traces.jsonl')).trimEnd().split('\n');
  return lines.map((line) => TraceSchema.parse(JSON.parse(line)));
}

/** By query: the calls that a right reader makes of the offline writer's traces. */
const golds = new Map<string, Completion>();
const teacher = scriptedTeacher();

/** What a right reader does, but the first query about each of the teacher's tools it reads as somebody else would. */
const misread = new Set<string>();
function reader(body: StubBody): Completion {
  const query = body.messages.findLast(({ role }) => role === 'user')!.content!;
  const right = golds.get(query) ?? teacher(body);
  const name = right.call?.name ?? '';
  if (golds.has(query) || (misread.has(name) && !misread.has(query))) return right;
  misread.add(name).add(query);
  if (name === 'list_directory') return { call: { ...right.call!, name: 'read_text_file' } };
  if (name === 'read_text_file') return { call: { name, arguments: '{"path": "elsewhere.txt"}' } };
  return { content: 'I do not know.' };
}

let hard: (body: StubBody) => string = () => '{"score": 5, "why": "good"}';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'verify-'));
  stub = await startTeacherStub({
    answer: (body) => {
      if (body.model === 'reader') return reader(body);
      return body.model === 'judge' ? { content: hard(body) } : teacher(body);
    },
  });
  const workspace = await place('');
  const context = contextOf(workspace);
  const settings = await loadSettings(context);
  for await (const _ of discover(context, settings));
  const { tools } = JSON.parse(await readFile(join(workspace, 'catalogue', 'catalogue.json'), 'utf8'));
  const others = tools.map(({ id }: { id: string }) => id).filter((id: string) => !TOOLS.includes(id));
  for await (const _ of discover(context, { ...settings, tools: { exclude: others } }));
  catalogue = join(workspace, 'catalogue');
  await run(workspace);
  for (const { messages, provenance } of await tracesOf(workspace)) {
    if (provenance.writer.startsWith('teacher')) continue;
    const [, second] = messages;
    const call = second?.role === 'assistant' ? second.call : undefined;
    golds.set(
      messages[0]!.content!,
      call
        ? { call: { name: call.tool.split('.')[1]!, arguments: JSON.stringify(call.arguments) } }
        : { content: 'Hi.' },
    );
  }
});

afterAll(() => stub.close());

test('what the reader reads otherwise is counted, told to the teacher and written anew; made again, nothing is asked', async () => {
  const workspace = await place('reader: MODEL(reader)');
  await run(workspace);
  const rejects = await rejectsOf(workspace);
  for (const [tool, reason] of [
    ['filesystem.list_directory', 'filesystem.list_directory was read as filesystem.read_text_file'],
    ['filesystem.read_text_file', 'other arguments for filesystem.read_text_file'],
    ['memory.open_nodes', 'no call'],
  ])
    expect(rejects[`teacher: ${tool}: round trip: ${reason}`], reason).toBe(1);
  const told = askedOf('teacher').map(({ body }) => body.messages.at(-1)!.content!);
  expect(told.filter((text) => text.includes('another assistant did not make the same call'))).toHaveLength(4);
  expect(await tracesOf(workspace)).toHaveLength(4 + 2 + 8);
  // The offline writer's are not its business.
  expect(askedOf('reader').every(({ body }) => !golds.has(body.messages[1]!.content!))).toBe(true);
  const [before, asked] = [await hashesOf(workspace), stub.requests.length];
  await run(workspace, () => {}, true);
  expect(await hashesOf(workspace)).toEqual(before);
  expect(stub.requests).toHaveLength(asked);
});

test('of: all reads the offline traces too; with a budget it stops, goes on, and pays for nothing twice', async () => {
  const workspace = await place('reader: MODEL(reader, of: all, price: { input: 1, output: 1 })');
  const before = askedOf('reader').length;
  const limit = (settings: Settings) => Object.assign(settings.synthesize.verify.reader!, { budget: { requests: 4 } });
  await expect(run(workspace, limit)).rejects.toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(
      /^synthesize\.verify\.reader\.budget\.requests: the reader's budget of requests is used up/,
    ),
  });
  expect(askedOf('reader').length - before).toBe(4);
  const events = await run(workspace);
  expect(events[0]).toMatchObject({ type: 'start', resumed: 4 });
  const keys = askedOf('reader')
    .slice(before)
    .map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.length).toBeGreaterThanOrEqual(4 + 2 + 8);
  const data = events.flatMap((event) => (event.type === 'data' ? [event.data] : [])).at(-1)!;
  expect(data.cost).toBeGreaterThan(0);
  const whole = await place('reader: MODEL(reader, of: all, price: { input: 1, output: 1 })');
  await run(whole);
  expect(await hashesOf(whole)).toEqual(await hashesOf(workspace));
});

test('an offline trace below the limit of the judge is made of another call or other words, or given up', async () => {
  const [query = ''] = golds.keys();
  hard = ({ messages }) =>
    messages[1]!.content!.includes(JSON.stringify(query)) ||
    messages[1]!.content!.includes('open_nodes",\n   "description')
      ? '{"score": 2, "why": "odd"}'
      : '{"score": 3, "why": ""}';
  const workspace = await place('judge: MODEL(judge, of: all)');
  await run(workspace);
  const rejects = await rejectsOf(workspace);
  // One of the first query, eight of the tool that it never likes, of the offline writer; four of each of the teacher's two.
  expect(rejects['judge: 2 of 5']).toBe(9);
  expect(rejects['teacher: memory.open_nodes: judge: 2 of 5']).toBeGreaterThanOrEqual(4);
  const traces = await tracesOf(workspace);
  expect(traces.map(({ messages }) => messages[0]!.content)).not.toContain(query);
  expect(traces.map(({ id }) => id).filter((id) => id.startsWith('filesystem-list_directory'))).toHaveLength(1);
  expect(JSON.stringify(traces)).not.toContain('"tool":"memory.open_nodes"');
});
