import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../core/random.ts';
import { loadTokenizer, type Tokenizer } from '../../core/tokenizer.ts';
import type { AdapterFile, Engine } from '../../runtime/engine.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { openLlamaServer } from '../../runtime/llama-server.ts';
import { activatedAdapters } from '../fixtures/activated-adapters.ts';
import { LLAMA_SERVER, LLAMA_SERVER_ENV, noLlamaServer } from '../fixtures/llama-server/binary.ts';
import { type TinyModel, tinyModel } from '../fixtures/tiny-model.ts';

const ORDERS = 200;
const REQUESTS = 4;
const NEAR = 0.02;
const STOP = '<|im_end|>';

const SYSTEM = '<|im_start|>system\nYou are a helpful assistant. Read the file, then list the directory.<|im_end|>\n';
const asks = (query: string) => `<|im_start|>user\n${query}<|im_end|>\n<|im_start|>assistant\n<tool_call>\n{"name": "`;
const CALL = 'list_files", "arguments":';
const turn = (query: string) => `${asks(query)}${CALL} {}}\n</tool_call><|im_end|>\n`;
/** What an adapter is asked for one of them is the history of the next. */
const PROMPTS = [
  `${SYSTEM}${asks('read a.txt')}`,
  `${SYSTEM}${turn('read a.txt')}${asks('and now b.txt')}`,
  `${SYSTEM}${turn('read a.txt')}${turn('and now b.txt')}${asks('and c.txt')}`,
  `${SYSTEM}${asks('something else')}`,
];

interface Request {
  adapter: AdapterFile | undefined;
  prompt: string;
}
interface Answer {
  tokens: number[];
  scores: number[];
}

let folder: string;
let tiny: TinyModel;
let tokenizer: Tokenizer;
let adapters: AdapterFile[];
let requests: Request[];
/** What an engine says that knows one adapter, and nothing of any earlier request. */
let cold: Answer[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isolation-'));
  tiny = await tinyModel();
  tokenizer = await loadTokenizer(tiny.base);
  const activated = await activatedAdapters(tiny.base, folder, ['first', 'second']);
  adapters = [tiny.adapters.alpha, tiny.adapters.beta, ...activated];
  requests = [undefined, ...adapters].flatMap((adapter) => PROMPTS.map((prompt) => ({ adapter, prompt })));
  cold = [];
  for (const adapter of [undefined, ...adapters]) {
    const engine = await openInProcess();
    engine.reusePrefixes(false);
    for (const prompt of PROMPTS) cold.push(await ask(engine, { adapter, prompt }));
    await engine.close();
  }
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const openInProcess = () =>
  openLlamaCpp({ model: tiny.gguf, contextSize: 512, threads: 1, kvType: 'f32', maxSessions: 2, gpu: false });
const openServer = () =>
  openLlamaServer({
    server: { binary: LLAMA_SERVER, model: tiny.gguf, env: LLAMA_SERVER_ENV, threads: 1, kvType: 'f32' },
    tokenizer,
    adapters,
    contextSize: 512,
    slots: 3, // for four users: the base, alpha, beta, and the activated ones
  });

async function ask(engine: Engine, { adapter, prompt }: Request): Promise<Answer> {
  const session = await engine.session(adapter);
  const prefix = engine.tokenize(prompt);
  const scores = await session.logprobs([...prefix, ...engine.tokenize(CALL).slice(0, 3)], prefix.length);
  const { tokens } = await session.generate(prefix, { stop: STOP, maxTokens: 3 });
  return { tokens, scores };
}

async function expectColdAnswers(engine: Engine, random: Random): Promise<void> {
  for (let order = 0; order < ORDERS; order += 1) {
    const asked = Array.from({ length: REQUESTS }, () => random.int(requests.length));
    for (const index of asked) {
      const { tokens, scores } = await ask(engine, requests[index]!);
      const which = `order ${order} (${asked.join(', ')}), request ${index}`;
      for (const [at, score] of scores.entries())
        expect(Math.abs(score - cold[index]!.scores[at]!), which).toBeLessThan(NEAR);
      expect(tokens, which).toEqual(cold[index]!.tokens);
    }
  }
}

describe(`answers in ${ORDERS} random orders of requests and adapters are those of a cold engine`, () => {
  it('which differ by adapter and prompt', () => {
    const texts = cold.map(({ scores }) => scores.map((score) => score.toFixed(1)).join());
    expect(new Set(texts).size).toBe(requests.length);
  });

  it('in process', { timeout: 600_000 }, async () => {
    const engine = await openInProcess();
    await expectColdAnswers(engine, seededRandom('isolation', 1));
    await engine.close();
  });

  const why = noLlamaServer();
  it.skipIf(why)(`in llama-server${why ? ` (skipped: ${why})` : ''}`, { timeout: 600_000 }, async () => {
    const engine = await openServer();
    await expectColdAnswers(engine, seededRandom('isolation', 2));
    await engine.close();
  });
});
