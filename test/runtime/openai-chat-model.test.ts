import { afterEach, expect, test } from 'vitest';
import type { ChatRequest } from '../../core/chat-model.ts';
import { type ChatEndpoint, openAiChatModel } from '../../runtime/openai-chat-model.ts';
import type { Fault } from '../fixtures/spoilt-answer.ts';
import { type StubOptions, startTeacherStub, type TeacherStub } from '../fixtures/teacher-stub.ts';

const KEY = 'sk-very-secret-0123456789';
const HELLO: ChatRequest = { messages: [{ role: 'user', content: 'hello' }] };
const FORMED: ChatRequest = { ...HELLO, form: { name: 'query', schema: { type: 'object' } } };
const { signal } = new AbortController();
let stub: TeacherStub;

async function endpoint(options: StubOptions, more: Partial<ChatEndpoint> = {}): Promise<ChatEndpoint> {
  stub = await startTeacherStub({ answer: () => ({ content: 'good day' }), ...options });
  return { baseUrl: stub.url, model: 'm', apiKey: KEY, parameters: {}, timeoutMs: 5000, tries: 3, ...more };
}

/** The first request is spoilt, or the first few. */
function first(...faults: Fault[]): StubOptions {
  return { fault: (_, seen) => faults[seen] };
}

afterEach(() => stub.close());

test('asks by the protocol and reads the answer', async () => {
  const model = openAiChatModel(await endpoint({}, { parameters: { temperature: 0.5 } }));
  const answer = await model.ask(FORMED, signal);
  const tokens = { input: 100, output: 20 };
  expect(answer).toEqual({ content: 'good day', calls: [], finish: 'stop', tokens, latencyMs: expect.any(Number) });
  expect(stub.requests).toHaveLength(1);
  expect(stub.requests[0]).toMatchObject({
    authorization: `Bearer ${KEY}`,
    body: { model: 'm', temperature: 0.5, response_format: { json_schema: { strict: true } } },
  });
});

test('without a key none is sent', async () => {
  const model = openAiChatModel(await endpoint({}, { apiKey: undefined }));
  await model.ask(HELLO, signal);
  expect(stub.requests[0]!.authorization).toBeUndefined();
});

test.each<[Record<string, unknown>, Record<string, unknown>]>([
  [{}, { max_completion_tokens: 60 }],
  [{ max_completion_tokens: 20 }, { max_completion_tokens: 20 }],
  [{ max_tokens: 500 }, { max_tokens: 60 }],
])(
  'a limit is asked for by the name that the parameters %j use, and the smaller one holds',
  async (parameters, limit) => {
    const model = openAiChatModel(await endpoint({}, { parameters }));
    await model.ask({ ...HELLO, maxTokens: 60 }, signal);
    const { max_tokens, max_completion_tokens } = stub.requests[0]!.body;
    expect({ max_tokens, max_completion_tokens }).toEqual(limit);
  },
);

test('calls and their results go back and forth', async () => {
  const answer = () => ({ call: { name: 'look', arguments: '{"at": 1}' } });
  const model = openAiChatModel(await endpoint({ answer }));
  const tools = [{ type: 'function' as const, function: { name: 'look', description: '', parameters: {} } }];
  const { calls, finish } = await model.ask({ ...HELLO, tools }, signal);
  expect({ calls, finish }).toEqual({
    calls: [{ id: 'call_1', name: 'look', arguments: '{"at": 1}' }],
    finish: 'tool_calls',
  });
  const more = [
    { role: 'assistant' as const, content: '', call: calls[0]! },
    { role: 'tool' as const, callId: 'call_1', content: 'a tree' },
  ];
  await model.ask({ messages: [...HELLO.messages, ...more], tools }, signal);
  expect(stub.requests).toHaveLength(2);
});

const busy = (status: number, seconds?: string): Fault => ({
  kind: 'status',
  status,
  ...(seconds === undefined ? {} : { headers: { 'retry-after': seconds } }),
});

test.each<[string, () => Fault, number]>([
  ['429 with seconds', () => busy(429, '1'), 1000],
  ['503 with a date', () => busy(503, inSeconds(2)), 1000],
  ['429 without a time', () => busy(429), 400],
  ['500', () => busy(500), 400],
  ['a body that ends early', () => ({ kind: 'truncated' }), 400],
  ['a body that is no JSON', () => ({ kind: 'malformed', body: '<html>502</html>' }), 400],
  ['a body that is no completion', () => ({ kind: 'malformed', body: '{"choices": []}' }), 400],
])('is asked again after %s', async (_, fault, atLeast) => {
  const model = openAiChatModel(await endpoint(first(fault())));
  const began = Date.now();
  expect((await model.ask(HELLO, signal)).content).toBe('good day');
  expect(stub.requests).toHaveLength(2);
  // The clock of timers is not that of dates.
  expect(Date.now() - began).toBeGreaterThanOrEqual(atLeast - 20);
});

/** Dates in headers have no fractions of seconds. */
function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toUTCString();
}

test.each(['silent', 'stalled'] as const)('an endpoint that is %s is asked again', async (kind) => {
  const model = openAiChatModel(await endpoint(first({ kind, ms: 4000 }), { timeoutMs: 300 }));
  const began = Date.now();
  expect((await model.ask(HELLO, signal)).content).toBe('good day');
  expect(Date.now() - began).toBeLessThan(3000);
});

test('what asks for patience puts all requests off', async () => {
  const late: Fault = { kind: 'status', status: 429, headers: { 'retry-after': '1' } };
  let refused = 0;
  const model = openAiChatModel(await endpoint({ fault: () => (refused++ === 0 ? late : undefined) }));
  const one = model.ask(HELLO, signal);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const two = model.ask({ messages: [{ role: 'user', content: 'you too' }] }, signal);
  await Promise.all([one, two]);
  expect(stub.requests).toHaveLength(3);
  expect(stub.requests[1]!.at - stub.requests[0]!.at).toBeGreaterThanOrEqual(1000);
});

test('gives up after some tries and says what it was told, without the key', async () => {
  const error = { message: `your key ${KEY} is no good today` };
  const fault: Fault = { kind: 'status', status: 500, error };
  const model = openAiChatModel(await endpoint({ fault: () => fault }));
  const failure = await model.ask(HELLO, signal).catch((thrown: Error) => thrown);
  expect(failure).toMatchObject({ kind: 'failed', message: expect.stringContaining('is no good today') });
  expect(JSON.stringify(failure) + (failure as Error).message).not.toContain(KEY);
  expect(stub.requests).toHaveLength(3);
});

test.each<[number, string, string]>([
  [401, 'input', 'apiKeyFrom'],
  [404, 'input', 'baseUrl'],
  [400, 'input', 'parameters'],
  [402, 'failed', 'credit'],
])('%d is not tried again, and tells what to do', async (status, kind, todo) => {
  const model = openAiChatModel(await endpoint({ fault: () => ({ kind: 'status', status }) }));
  await expect(model.ask(HELLO, signal)).rejects.toMatchObject({ kind, message: expect.stringContaining(todo) });
  expect(stub.requests).toHaveLength(1);
});

test('429 for want of credit is not tried again', async () => {
  const fault: Fault = { kind: 'status', status: 429, error: { code: 'insufficient_quota' } };
  const model = openAiChatModel(await endpoint({ fault: () => fault }));
  await expect(model.ask(HELLO, signal)).rejects.toThrow(/credit/);
  expect(stub.requests).toHaveLength(1);
});

test('an endpoint that refuses response_format is asked without, from then on', async () => {
  const fault: StubOptions['fault'] = ({ body }) =>
    body.response_format ? { kind: 'status', status: 400, error: { message: 'response_format?' } } : undefined;
  const model = openAiChatModel(await endpoint({ fault }));
  for (const _ of [1, 2]) expect((await model.ask(FORMED, signal)).content).toBe('good day');
  expect(stub.requests.map(({ body }) => body.response_format !== undefined)).toEqual([true, false, false]);
});

test('an answer that the endpoint withholds is an answer', async () => {
  const fault: Fault = { kind: 'status', status: 400, error: { code: 'content_filter' } };
  const model = openAiChatModel(await endpoint({ fault: () => fault }));
  expect(await model.ask(FORMED, signal)).toMatchObject({ content: '', finish: 'content_filter' });
});

test('nobody there', async () => {
  const model = openAiChatModel({ ...(await endpoint({})), baseUrl: 'http://127.0.0.1:9/v1', tries: 1 });
  await expect(model.ask(HELLO, signal)).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringContaining('start the server'),
  });
});

test('an abort ends a request under way, and a wait', async () => {
  const model = openAiChatModel(
    await endpoint(first({ kind: 'status', status: 429, headers: { 'retry-after': '60' } })),
  );
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('enough')), 200);
  await expect(model.ask(HELLO, controller.signal)).rejects.toThrow('enough');
  expect(stub.requests).toHaveLength(1);
});
