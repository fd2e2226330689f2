import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../../core/project.ts';
import { SERVED_TOOLS, serveWorkspace } from '../../fixtures/serve-workspace.ts';
import { clientTools } from './open-server.ts';

/** At once. */
const CLIENTS = 200;
/** A longer run is for people: LOAD_SECONDS=120 vitest run test/runtime/server/load.test.ts */
const SECONDS = Number(process.env.LOAD_SECONDS ?? 3);
/** A cache of the renderer and V8’s own heap grow at first, by some 90 MB in the first ten seconds; then it is flat. */
const MOST_GROWTH = 128e6;

const tools = clientTools(SERVED_TOOLS);
const QUERIES = ['go fast', 'move it', 'ping', 'thanks', 'read 7', 'set level 3'];
const REQUESTS: OpenAI.ChatCompletionCreateParamsNonStreaming[] = QUERIES.flatMap((content, index) =>
  (['auto', 'required', 'none'] as const).map((tool_choice) => ({
    model: 'dualtune',
    messages: [{ role: 'user' as const, content }],
    tools: tools.filter((_, number) => number !== index % 4),
    tool_choice,
    max_tokens: 30,
  })),
);

let child: ChildProcess;
let url = '';
beforeAll(async () => {
  const { context } = await serveWorkspace({ queue: CLIENTS, timeoutSeconds: 600 });
  const script = join(PROJECT_ROOT, 'scripts', 'serve.ts');
  child = spawn(process.execPath, [script, '-w', context.workspace, '--json', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout! });
  const { promise, resolve } = Promise.withResolvers<string>();
  // All lines are read: a full pipe would stop the server.
  lines.on('line', (line) => {
    const event = JSON.parse(line) as { type: string; url: string };
    if (event.type === 'listening') resolve(event.url);
  });
  url = await promise;
});
afterAll(() => {
  child?.kill('SIGKILL');
});

const client = () => new OpenAI({ baseURL: url, apiKey: 'none', maxRetries: 0, timeout: 600_000, logLevel: 'off' });

/** What a client sees, but ids and times. */
async function answerOf(request: OpenAI.ChatCompletionCreateParamsNonStreaming, stream: boolean): Promise<string> {
  const told = { content: '', name: '', arguments: '', finish: '' };
  if (!stream) {
    const [choice] = (await client().chat.completions.create(request)).choices;
    const [call] = choice!.message.tool_calls ?? [];
    const { name, arguments: args } = call?.type === 'function' ? call.function : { name: '', arguments: '' };
    return JSON.stringify({
      content: choice!.message.content ?? '',
      name,
      arguments: args,
      finish: choice!.finish_reason,
    });
  }
  for await (const { choices } of await client().chat.completions.create({ ...request, stream: true })) {
    const [choice] = choices;
    told.content += choice!.delta.content ?? '';
    told.name += choice!.delta.tool_calls?.[0]?.function?.name ?? '';
    told.arguments += choice!.delta.tool_calls?.[0]?.function?.arguments ?? '';
    told.finish += choice!.finish_reason ?? '';
  }
  return JSON.stringify(told);
}

async function memory(): Promise<number> {
  const text = await (await fetch(`${url.replace('/v1', '')}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)![1]);
}

test(`${CLIENTS} clients at once, some of whom hang up or send nonsense, get right answers`, async () => {
  const right: string[] = [];
  for (const request of REQUESTS) right.push(await answerOf(request, false));
  expect(new Set(right).size).toBeGreaterThan(6);
  const counts = { right: 0, hungUp: 0, refused: 0 };
  const wrong: unknown[] = [];
  const figures: number[] = [];
  const until = Date.now() + SECONDS * 1000;
  let next = 0;
  const work = async () => {
    do {
      const number = next++;
      const which = (number * 7) % REQUESTS.length;
      const request = REQUESTS[which]!;
      try {
        if (number % 11 === 0) {
          const signal = AbortSignal.timeout(number % 200);
          await client()
            .chat.completions.create({ ...request, stream: number % 2 === 0 }, { signal })
            .catch(() => {});
          counts.hungUp += 1;
        } else if (number % 13 === 0) {
          const body = number % 2 === 0 ? '{"model":' : JSON.stringify({ ...request, messages: 'x'.repeat(100_000) });
          const headers = { 'content-type': 'application/json' };
          const { status } = await fetch(`${url}/chat/completions`, { method: 'POST', body, headers });
          if (status === 400) counts.refused += 1;
          else wrong.push({ number, status });
        } else {
          const answer = await answerOf(request, number % 3 === 0);
          if (answer === right[which]) counts.right += 1;
          else wrong.push({ number, answer, right: right[which] });
        }
      } catch (error) {
        wrong.push({ number, error: String(error) });
      }
    } while (Date.now() < until);
  };
  const watch = new AbortController();
  const watching = (async () => {
    while (!watch.signal.aborted) {
      figures.push(await memory());
      await setTimeout(SECONDS * 20, undefined, { signal: watch.signal }).catch(() => {});
    }
  })();
  await Promise.all(Array.from({ length: CLIENTS }, work));
  watch.abort();
  await watching;
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(counts.right).toBeGreaterThan(CLIENTS / 2);
  expect(counts.hungUp).toBeGreaterThan(5);
  expect(counts.refused).toBeGreaterThan(5);
  const health = await (await fetch(`${url.replace('/v1', '')}/health`)).json();
  expect(health).toEqual({ status: 'ok', running: 0, waiting: 0 });
  const [early, late] = [figures[Math.floor(figures.length / 4)]!, await memory()];
  if (process.env.LOAD_SECONDS)
    console.log(JSON.stringify({ ...counts, figures: figures.map((bytes) => Math.round(bytes / 1e6)), late }));
  expect(late - early).toBeLessThan(MOST_GROWTH);
}, 900_000);
