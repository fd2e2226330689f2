import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ChatRequest } from '../../../../core/chat-model.ts';
import {
  type BoundedChatModel,
  openBoundedChatModel,
} from '../../../../pipelines/synthesize/chat/bounded-chat-model.ts';
import { TeacherSchema } from '../../../../pipelines/synthesize/teacher/teacher-settings.ts';
import { type StubOptions, startTeacherStub, type TeacherStub } from '../../../fixtures/teacher-stub.ts';

let stub: TeacherStub;
let workspace: string;

async function open(options: StubOptions = {}): Promise<BoundedChatModel> {
  stub = await startTeacherStub({ answer: ({ messages }) => ({ content: `${messages[0]!.content}!` }), ...options });
  workspace = await mkdtemp(join(tmpdir(), 'answers-'));
  return reopen();
}

function reopen(more: object = {}): Promise<BoundedChatModel> {
  const settings = TeacherSchema.parse({ baseUrl: stub.url, model: 'm', tries: 1, ...more });
  return openBoundedChatModel({ workspace, env: {}, serverEnv: {}, signal: new AbortController().signal }, settings);
}

const question = (content: string): ChatRequest => ({ messages: [{ role: 'user', content }] });

async function fileOfAnswer(): Promise<string> {
  const names = await readdir(join(workspace, '.teacher'), { recursive: true });
  return join(workspace, '.teacher', names.find((name) => name.endsWith('.json'))!);
}

afterEach(() => stub.close());

test('the same is asked once, at once and later', async () => {
  const teacher = await open({ delay: () => 100 });
  const answers = await Promise.all([1, 2, 3].map(() => teacher.ask(question('hello'))));
  expect(answers.map(({ content }) => content)).toEqual(['hello!', 'hello!', 'hello!']);
  expect((await teacher.ask(question('hello'))).content).toBe('hello!');
  const later = await reopen();
  expect((await later.ask(question('hello'))).content).toBe('hello!');
  expect(stub.requests).toHaveLength(1);
  expect(later.spent).toEqual({ requests: 1, tokens: 120, cost: undefined });
});

test('with other words, parameters or another model it is another question', async () => {
  const teacher = await open();
  await teacher.ask(question('hello'));
  await teacher.ask(question('good day'));
  await (await reopen({ parameters: { temperature: 1 } })).ask(question('hello'));
  const other = await reopen({ model: 'n' });
  expect(other.spent.requests).toBe(0);
  await other.ask(question('hello'));
  expect(stub.requests).toHaveLength(4);
});

test('what a killed run had received is kept; what it had half written is neither read nor counted', async () => {
  const teacher = await open();
  await teacher.ask(question('hello'));
  const file = await fileOfAnswer();
  const whole = await readFile(file, 'utf8');
  // As a write begins: under another name.
  await rename(file, `${file}.received`);
  const again = await reopen();
  expect(again.spent.requests).toBe(1);
  expect((await again.ask(question('hello'))).content).toBe('hello!');
  expect(stub.requests).toHaveLength(1);
  await rm(file);
  await writeFile(`${file}.received`, whole.slice(0, 20));
  const anew = await reopen();
  expect(anew.spent.requests).toBe(0);
  await anew.ask(question('hello'));
  expect(stub.requests).toHaveLength(2);
});

test('after a failure nothing more is sent, and all that ask are told the same; what is kept is still there', async () => {
  const teacher = await open({ fault: ({ body }) => (body.messages[0]!.content === 'bad' ? REFUSED : undefined) });
  await teacher.ask(question('hello'));
  await expect(teacher.ask(question('bad'))).rejects.toThrow(/refuses the API key/);
  await expect(teacher.ask(question('good day'))).rejects.toThrow(/refuses the API key/);
  expect((await teacher.ask(question('hello'))).content).toBe('hello!');
  expect(stub.requests).toHaveLength(2);
});

const REFUSED = { kind: 'status', status: 401 } as const;

test('no more requests at once than the settings say', async () => {
  await open({ delay: () => 50 });
  const teacher = await reopen({ concurrency: 3 });
  await Promise.all(Array.from({ length: 9 }, (_, number) => teacher.ask(question(String(number)))));
  expect(stub.most).toBe(3);
});
