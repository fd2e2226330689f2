import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../core/project.ts';
import { type SuiteWorkspace, scriptedModel, suiteWorkspace } from '../fixtures/suite-workspace.ts';
import { startTeacherStub, type TeacherStub } from '../fixtures/teacher-stub.ts';

const IDS = ['one', 'two', 'three', 'four'];

let workspace: SuiteWorkspace;
let agent: TeacherStub;
let judge: TeacherStub;
beforeAll(async () => {
  workspace = await suiteWorkspace();
  const look = [{ name: 'list_directory', arguments: { path: join(workspace.folder, 'files', 'notes') } }];
  const answer = scriptedModel(Object.fromEntries(IDS.map((id) => [id, look])));
  agent = await startTeacherStub({ answer, delay: () => 50 });
  judge = await startTeacherStub({
    answer: () => ({ content: '{"verdicts": [{"requirement": 1, "satisfied": true}]}' }),
    delay: () => 50,
  });
  const endpoint = ({ url }: TeacherStub) => ({ baseUrl: url, model: 'scripted' });
  await workspace.configure({ serve: { endpoints: { scripted: endpoint(agent) } }, suite: { judge: endpoint(judge) } });
  const lines = IDS.map((id) =>
    JSON.stringify({ id, query: id, servers: ['filesystem'], requirements: [{ judged: id }] }),
  );
  await writeFile(join(workspace.folder, 'tasks.jsonl'), lines.join('\n'));
});
afterAll(async () => {
  await agent.close();
  await judge.close();
});

/** Runs the command; its process group is killed where `isTime` says so. */
async function run(args: readonly string[], isTime = () => false) {
  const all = [join(PROJECT_ROOT, 'scripts', 'pipeline.ts'), 'suite', ...args, '-w', workspace.folder];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const written = { out: '', said: '' };
  child.stdout.on('data', (chunk) => {
    written.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    written.said += chunk;
  });
  const closed = once(child, 'close');
  while (child.exitCode === null && child.signalCode === null) {
    if (isTime()) process.kill(-child.pid!, 'SIGKILL');
    await sleep(5);
  }
  await closed;
  return { code: child.exitCode, ...written };
}

test('a command that is killed among the tasks, and among the verdicts, goes on: nothing complete is done twice', async () => {
  const args = ['toolfit', '--tasks', join(workspace.folder, 'tasks.jsonl'), '--system', 'scripted'];
  // Two requests for each task: the third task is under way.
  await run(args, () => agent.requests.length === 5);
  await run(args, () => judge.requests.length === 2);
  expect(existsSync(join(workspace.folder, 'suites', 'toolfit-tasks', 'scripted', 'scores'))).toBe(false);
  const { code, out, said } = await run(args);
  expect(said).not.toContain('error');
  expect(out).toMatch(/scripted +4 +4 +100\.0% +10\.00 +4\/4 +0\/0/);
  expect(code).toBe(0);
  const asked = (stub: TeacherStub) => stub.requests.filter(({ answered }) => answered).map(({ key }) => key);
  // What was on its way is lost, and asked again.
  expect(agent.requests.length).toBeLessThanOrEqual(8 + 2);
  expect(judge.requests.length).toBeLessThanOrEqual(4 + 1);
  expect(new Set(asked(judge)).size).toBe(4);
  const fresh = await run([...args, '--json']);
  const events = fresh.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.map(({ type }) => type)).toEqual(['skipped', 'skipped', 'data']);
  expect(events.at(-1)).toMatchObject({
    data: { suite: 'toolfit', system: 'scripted', figures: { coverage: { score: 10 } } },
  });
});

test.each<[string[], RegExp]>([
  [[], /missing required argument/],
  [['gaia'], /Allowed choices are mcp-bench, toolfit/],
  [['toolfit', '--limit', '0'], /must be a whole number from 1/],
  [['mcp-bench', '--system', 'scripted'], /no task files are given[\s\S]*github\.com\/Accenture/],
])('%s is refused with what to do', async (args, message) => {
  const { code, said } = await run(args);
  expect(said).toMatch(message);
  expect(code).toBe(2);
});
