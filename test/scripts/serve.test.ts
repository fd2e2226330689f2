import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import OpenAI from 'openai';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../core/project.ts';
import { SERVED_TOOLS, type ServeWorkspace, serveWorkspace } from '../fixtures/serve-workspace.ts';
import { clientTools } from '../runtime/server/open-server.ts';

let workspace: ServeWorkspace;
beforeAll(async () => {
  workspace = await serveWorkspace();
});

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(flags: readonly string[], env: Record<string, string> = {}) {
  const script = join(PROJECT_ROOT, 'scripts', 'serve.ts');
  const { DUALTUNE_API_KEY: _, ...rest } = process.env;
  const child = spawn(process.execPath, [script, '-w', workspace.context.workspace, '--json', ...flags], {
    env: { ...rest, ...env },
  });
  children.push(child);
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, said }));
  return { child, ended };
}

async function start(flags: readonly string[], env: Record<string, string> = {}) {
  const { child, ended } = run(flags, env);
  for await (const line of createInterface({ input: child.stdout! })) {
    const event = JSON.parse(line) as { type: string; url: string };
    if (event.type === 'listening') return { child, ended, url: event.url };
  }
  throw new Error(`it did not listen: ${(await ended).said}`);
}

const ask = (url: string, apiKey = 'none', more: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {}) =>
  new OpenAI({ baseURL: url, apiKey, maxRetries: 0 }).chat.completions.create({
    model: 'dualtune',
    messages: [{ role: 'user', content: 'go' }],
    tools: clientTools(SERVED_TOOLS),
    tool_choice: 'required',
    max_tokens: 60,
    ...more,
  });

/** How many requests it works on. */
async function running(url: string): Promise<number> {
  const health = await fetch(new URL('/health', url));
  return ((await health.json()) as { running: number }).running;
}

test('killed and started again on its port, it gives the same answers; asked to end, it first finishes what was begun', async () => {
  const first = await start(['--port', '0']);
  const { port } = new URL(first.url);
  const [{ message }] = (await ask(first.url)).choices as [OpenAI.ChatCompletion.Choice];
  expect(message.tool_calls).toHaveLength(1);
  const cut = ask(first.url);
  cut.catch(() => {});
  first.child.kill('SIGKILL');
  await expect(cut).rejects.toThrow();
  const second = await start(['--port', port]);
  const called = ({ tool_calls: [call] = [] }: typeof message) => call?.type === 'function' && call.function;
  expect(called((await ask(second.url)).choices[0]!.message)).toEqual(called(message));
  const begun = ask(second.url, 'none', { model: 'base', tool_choice: 'none', max_tokens: 100 });
  while ((await running(second.url)) === 0) await setTimeout(5);
  second.child.kill('SIGTERM');
  expect((await begun).choices[0]!.finish_reason).toBe('length');
  expect(await second.ended).toMatchObject({ code: 0 });
});

test('the key comes from the environment', async () => {
  const { url, child, ended } = await start(['--port', '0', '--host', '0.0.0.0', '--api-key-from', 'MY_KEY'], {
    MY_KEY: 'a-long-key',
  });
  const { port } = new URL(url);
  const here = `http://127.0.0.1:${port}/v1`;
  await expect(ask(here)).rejects.toMatchObject({ status: 401 });
  expect((await ask(here, 'a-long-key')).choices).toHaveLength(1);
  child.kill('SIGINT');
  expect((await ended).code).toBe(0);
});

test.each<[string[], RegExp]>([
  [['--host', '0.0.0.0'], /without a key only this machine/],
  [['--api-key-from', 'NOT_THERE_AT_ALL'], /--api-key-from: the environment variable of the API key is not set/],
  [['--threshold', '2'], /must be a number from 0 to 1/],
  [['--port', '70000'], /must be a port number/],
  [['--fallback', 'nobody'], /there is no such fallback/],
  [['--base', 'embedded'], /made for another base|other prompts/],
])('%s is refused with what to do', async (flags, message) => {
  const { code, said } = await run(flags).ended;
  expect(said).toMatch(message);
  expect(code).toBe(2);
});
