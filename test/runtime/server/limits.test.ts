import { setTimeout } from 'node:timers/promises';
import type OpenAI from 'openai';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { startServer } from '../../../runtime/server/start-server.ts';
import { SERVED_TOOLS } from '../../fixtures/serve-workspace.ts';
import { startTeacherStub } from '../../fixtures/teacher-stub.ts';
import { type About, clientOf, clientTools, type OpenServer, openServer } from './open-server.ts';

const opened: OpenServer[] = [];
const open = async (...given: Parameters<typeof openServer>) => {
  const server = await openServer(...given);
  opened.push(server);
  return server;
};
afterEach(async () => {
  for (const { server } of opened.splice(0)) await server.close(0);
});

const tools = clientTools(SERVED_TOOLS);
/** A call, which takes little time. */
const short = (content = 'ping') => ({
  model: 'dualtune',
  messages: [{ role: 'user' as const, content }],
  tools,
  tool_choice: { type: 'function' as const, function: { name: 'ping' } },
});
/** A model of random weights does not end by itself. */
const long = (content = 'tell me everything') => ({
  model: 'base',
  messages: [{ role: 'user' as const, content }],
  max_tokens: 1000,
});
const health = async ({ server }: OpenServer) =>
  (await (await fetch(`${server.url}/health`)).json()) as { status: string; running: number; waiting: number };

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await setTimeout(5);
}

describe('a client that hangs up', () => {
  it.each([false, true])('frees its slot, whether it waits or is answered (stream: %s)', async (stream) => {
    const server = await open();
    const { client, log } = server;
    const [running, waiting] = [new AbortController(), new AbortController()];
    const ask = (signal: AbortSignal) => client.chat.completions.create({ ...long(), stream }, { signal });
    const first = ask(running.signal).then(async (answer) => {
      if (stream) for await (const _ of answer as AsyncIterable<unknown>);
    });
    first.catch(() => {});
    await until(async () => (await health(server)).running === 1);
    const second = ask(waiting.signal);
    second.catch(() => {});
    await until(async () => (await health(server)).waiting === 1);
    waiting.abort();
    await until(async () => (await health(server)).waiting === 0);
    expect(await health(server)).toMatchObject({ running: 1 });
    running.abort();
    // A stream that has begun ends without an error in this client.
    if (stream) await first.catch(() => {});
    else await expect(first).rejects.toThrow();
    await expect(second).rejects.toThrow();
    expect((await client.chat.completions.create(short())).choices[0]!.finish_reason).toBe('tool_calls');
    expect(log.map(({ status }) => status)).toEqual([499, 499, 200]);
    expect(await (await fetch(`${server.server.url}/metrics`)).text()).toMatch(
      /dualtune_requests_total\{status="499",answered_by="nobody"\} 2/,
    );
  });
});

describe('the queue', () => {
  it('turns away whom it has no place for, and says when to come again', async () => {
    const server = await open({ queue: 1 });
    const { client } = server;
    const held = new AbortController();
    const first = client.chat.completions.create(long(), { signal: held.signal });
    first.catch(() => {});
    await until(async () => (await health(server)).running === 1);
    const second = client.chat.completions.create(short());
    await until(async () => (await health(server)).waiting === 1);
    for (const stream of [false, true]) {
      const refused = await client.chat.completions.create({ ...short(), stream }).catch((error: unknown) => error);
      expect(refused).toMatchObject({ status: 429, code: 'queue_full', type: 'rate_limit_error' });
      expect(Number((refused as InstanceType<typeof OpenAI.APIError>).headers!.get('retry-after'))).toBeGreaterThan(0);
    }
    held.abort();
    expect((await second).choices[0]!.finish_reason).toBe('tool_calls');
    const patient = clientOf(server.server).withOptions({ maxRetries: 5 });
    const all = await Promise.all([1, 2, 3].map(() => patient.chat.completions.create(short())));
    expect(all.map(({ choices }) => choices[0]!.finish_reason)).toEqual(Array(3).fill('tool_calls'));
  });

  it('ends what takes too long', async () => {
    const { client } = await open({ timeoutSeconds: 0.2 });
    await expect(client.chat.completions.create({ ...long(), max_tokens: 2000 })).rejects.toMatchObject({
      status: 504,
      code: 'timeout',
    });
    expect((await client.chat.completions.create(short())).choices[0]!.finish_reason).toBe('tool_calls');
  });
});

describe('access', () => {
  it('needs the key where there is one, but for /health', async () => {
    const { server, client } = await open({}, { apiKey: 'right-key' });
    expect((await client.models.list()).data).toHaveLength(2);
    for (const key of ['wrong-key', 'right-ke', 'right-keyy'])
      await expect(clientOf(server, key).models.list()).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    for (const path of ['/v1/models', '/metrics', '/nothing'])
      expect((await fetch(`${server.url}${path}`)).status, path).toBe(401);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    const counted = await fetch(`${server.url}/metrics`, { headers: { authorization: 'Bearer right-key' } });
    expect(await counted.text()).not.toContain('dualtune_requests_total{'); // no completion was asked for
  });

  it('is for this machine only without a key', async () => {
    const { server } = await open();
    const named = (host: string) => requestWithHost(server.url, host);
    expect(await named('localhost:1')).toBe(200);
    expect(await named('evil.example')).toBe(403);
    for (const host of ['0.0.0.0', '::', '192.168.0.7', 'my-host'])
      await expect(
        startServer({ host, port: 0, queue: 1, timeoutSeconds: 1, log: () => {}, step: () => Promise.reject() }),
        host,
      ).rejects.toMatchObject({ kind: 'input', message: expect.stringMatching(/without a key/) });
  });

  it('says where a port is taken', async () => {
    const { server, context, settings } = await open();
    const { serve } = await import('../../../pipelines/serve.ts');
    const port = Number(new URL(server.url).port);
    await expect(serve(context, settings, { host: '127.0.0.1', port, log: () => {} })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/cannot listen/),
    });
  });
});

/** `fetch` does not let its caller name another host. */
async function requestWithHost(url: string, host: string): Promise<number> {
  const { request } = await import('node:http');
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request(`${url}/v1/models`, { headers: { host } }, (response) => {
    response.resume();
    resolve(response.statusCode!);
  })
    .on('error', reject)
    .end();
  return promise;
}

describe('shutting down', () => {
  it('finishes what was begun and takes no more', async () => {
    const server = await open();
    const { client } = server;
    const begun = client.chat.completions.create({ ...long(), max_tokens: 60 });
    await until(async () => (await health(server)).running === 1);
    const closing = server.server.close();
    await expect(client.chat.completions.create(short())).rejects.toThrow();
    expect((await begun).choices[0]!.finish_reason).toBe('length');
    await closing;
    await expect(client.models.list()).rejects.toThrow(/Connection error/);
    opened.pop();
  });

  it('gives up what takes longer than the grace', async () => {
    const server = await open();
    const begun = server.client.chat.completions.create(long());
    begun.catch(() => {});
    await until(async () => (await health(server)).running === 1);
    await server.server.close(0.05);
    await expect(begun).rejects.toMatchObject({ status: 503, code: 'shutting_down' });
    opened.pop();
  });
});

describe('a selection that is not sure', () => {
  const auto = { ...short('what now'), tool_choice: 'auto' as const, max_tokens: 60 };
  const complete = async ({ client }: OpenServer, more: object = {}) =>
    (await client.chat.completions.create({
      ...auto,
      ...more,
    } as OpenAI.ChatCompletionCreateParamsNonStreaming)) as OpenAI.ChatCompletion & About;

  it('is told with the ranked candidates', async () => {
    const answer = await complete(await open({ threshold: 1 }));
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: null } });
    expect(answer.choices[0]!.message.refusal).toMatch(/^Not sure enough to choose: .* less than 100\.0%\.$/);
    const { abstained, ranked, answered_by } = answer.dualtune;
    expect({ abstained, answered_by }).toEqual({ abstained: true, answered_by: 'bundle' });
    expect(ranked!.map(({ name }) => name).sort()).toEqual(['move', 'ping', 'set_mode', null].sort());
    expect(ranked!.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
    expect(ranked).toEqual(ranked!.toSorted((a, b) => b.probability - a.probability));
  });

  it('is left to the base', async () => {
    const server = await open({ threshold: 1, fallback: 'base' });
    const answer = await complete(server);
    expect(answer).toMatchObject({ model: 'base', dualtune: { abstained: true, answered_by: 'base' } });
    const required = await complete(server, { tool_choice: 'required' });
    expect(required.choices[0]!.finish_reason).toBe('tool_calls');
    const named = await complete(server, { tool_choice: { type: 'function', function: { name: 'move' } } });
    expect(named.dualtune).toMatchObject({ answered_by: 'bundle' });
  });

  it('is left to an endpoint, and its failure is told', async () => {
    const other = await open();
    const endpoints = { big: { baseUrl: `${other.server.url}/v1`, model: 'dualtune', tries: 1 } };
    const server = await open({ threshold: 1, fallback: 'big', endpoints });
    for (const tool_choice of ['auto', 'required']) {
      const answer = await complete(server, { tool_choice });
      expect(answer).toMatchObject({ model: 'fallback', dualtune: { abstained: true, answered_by: 'endpoint' } });
      const own = await complete(other, { tool_choice });
      expect(answer.choices[0]!.message.tool_calls?.map((call) => call.type === 'function' && call.function)).toEqual(
        own.choices[0]!.message.tool_calls?.map((call) => call.type === 'function' && call.function),
      );
    }
    await other.server.close(0);
    opened.splice(opened.indexOf(other), 1);
    await expect(complete(server)).rejects.toMatchObject({ status: 502, code: 'fallback_failed' });
  });

  it('holds up nobody while an endpoint answers it, and is answered before the server ends', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const teacher = await startTeacherStub({ delay: () => promise, answer: () => ({ content: 'Here it is.' }) });
    onTestFinished(() => teacher.close());
    const endpoints = { big: { baseUrl: teacher.url, model: 'big' } };
    const server = await open({ threshold: 1, fallback: 'big', endpoints });
    const first = complete(server);
    await until(() => teacher.requests.length === 1);
    expect(teacher.requests[0]!.body).toMatchObject({ max_completion_tokens: 60 });
    expect((await server.client.chat.completions.create(short())).choices[0]!.finish_reason).toBe('tool_calls');
    const closing = server.server.close();
    opened.pop();
    resolve();
    expect((await first).choices[0]!.message.content).toBe('Here it is.');
    await closing;
  });

  it('has to be left to somebody who is there', async () => {
    await expect(open({ fallback: 'bas' })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/did you mean base/),
    });
  });
});
