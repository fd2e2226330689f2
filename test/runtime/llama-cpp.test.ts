import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { loadTokenizer } from '../../core/tokenizer.ts';
import type { Engine, EngineSession } from '../../runtime/engine.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { type TinyModel, tinyModel } from '../fixtures/tiny-model.ts';

const SYSTEM = '<|im_start|>system\nYou are a helpful assistant. Read the file, then list the directory.<|im_end|>\n';
const PROMPTS = [
  `${SYSTEM}<|im_start|>user\nread a.txt<|im_end|>\n`,
  `${SYSTEM}<|im_start|>user\nread b.txt and then go on with everything else<|im_end|>\n`,
  '<|im_start|>user\nsomething that shares no prefix at all: [1, 2, 3]<|im_end|>\n',
];
const STOP = '<|im_end|>';

let tiny: TinyModel;
let engine: Engine;
const open = () =>
  openLlamaCpp({ model: tiny.gguf, contextSize: 512, threads: 1, kvType: 'f32', maxSessions: 2, gpu: false });

beforeAll(async () => {
  tiny = await tinyModel();
  engine = await open();
});
afterAll(() => engine?.close());

describe('tokens', () => {
  it('equal those of the tokenizer that training uses, special tokens recognized', async () => {
    const tokenizer = await loadTokenizer(tiny.base);
    for (const text of [...PROMPTS, 'plain', ' {"path": "é–日本"}}\n</tool_call><|im_end|>']) {
      expect(engine.tokenize(text)).toEqual(tokenizer.encode(text));
      expect(engine.detokenize(engine.tokenize(text))).toBe(text);
    }
  });
});

describe('log-probabilities', () => {
  it('sum to one over the vocabulary and agree between logprobs and next', async () => {
    const session = await engine.session();
    const tokens = engine.tokenize(PROMPTS[0]!);
    const vocabulary = Array.from({ length: 5120 }, (_, token) => token);
    const all = await session.next(tokens.slice(0, 20), vocabulary);
    expect(all.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 4);
    const scores = await session.logprobs(tokens, 10);
    expect(scores).toHaveLength(tokens.length - 10);
    expect(scores[10]).toBeCloseTo(all[tokens[20]!]!, 4);
  });

  it('are those of the most probable tokens where generation is greedy', async () => {
    const session = await engine.session(tiny.adapters.alpha);
    const prefix = engine.tokenize(PROMPTS[1]!);
    const { tokens } = await session.generate(prefix, { stop: STOP, maxTokens: 6 });
    for (const [index, token] of tokens.entries()) {
      const before = [...prefix, ...tokens.slice(0, index)];
      const [own, ...others] = await session.next(before, [token, 1, 2, 3, 500, 1000, 5000]);
      expect(own).toBeGreaterThanOrEqual(Math.max(...others));
    }
  });
});

describe('warm sessions', () => {
  it('answer like a cold engine after any other requests, also when they were closed in between', async () => {
    const adapters = [undefined, tiny.adapters.alpha, tiny.adapters.beta];
    const requests = adapters.flatMap((adapter) => PROMPTS.slice(1).map((prompt) => ({ adapter, prompt })));
    const order = [0, 2, 1, 0, 3, 2, 4, 0, 5, 1, 3, 5, 0, 1];
    const cold: { tokens: number[]; scores: number[] }[] = [];
    const ask = async (on: Engine, { adapter, prompt }: (typeof requests)[number]) => {
      const session = await on.session(adapter);
      const prefix = on.tokenize(prompt);
      const { tokens } = await session.generate(prefix, { stop: STOP, maxTokens: 8 });
      return { tokens, scores: await session.logprobs([...prefix, ...tokens], prefix.length) };
    };
    for (const request of requests) {
      const fresh = await open();
      cold.push(await ask(fresh, request));
      await fresh.close();
    }
    expect(new Set(cold.map(({ tokens }) => tokens.join())).size).toBeGreaterThan(3);
    for (const number of order) {
      const warm = await ask(engine, requests[number]!);
      expect(warm.tokens).toEqual(cold[number]!.tokens);
      for (const [index, score] of warm.scores.entries()) expect(score).toBeCloseTo(cold[number]!.scores[index]!, 3);
    }
  }, 180_000);

  it('evaluate a shared prefix once', async () => {
    const session = await engine.session(tiny.adapters.alpha);
    const [first, second] = PROMPTS.slice(0, 2).map((prompt) => engine.tokenize(prompt));
    await session.next(engine.tokenize(PROMPTS[2]!), [1]);
    await session.next(first!, [1]);
    const before = session.usage.prefilled;
    await session.next(second!, [1]);
    expect(session.usage.prefilled - before).toBeLessThan(second!.length - engine.tokenize(SYSTEM).length + 1);
  });

  it('begin cold where prefixes must not be reused', async () => {
    const session = await engine.session(tiny.adapters.beta);
    const prefix = engine.tokenize(PROMPTS[0]!);
    const warm = await session.next(prefix, [1, 2]);
    engine.reusePrefixes(false);
    try {
      const before = session.usage.prefilled;
      expect(await session.next(prefix, [1, 2])).toEqual(warm);
      expect(session.usage.prefilled - before).toBe(prefix.length);
    } finally {
      engine.reusePrefixes(true);
    }
  });

  it('take requests at the same time', async () => {
    const session = await engine.session();
    const prefixes = PROMPTS.map((prompt) => engine.tokenize(prompt));
    const generate = (prefix: number[]) => session.generate(prefix, { stop: STOP, maxTokens: 5 });
    const together = await Promise.all(prefixes.map(generate));
    for (const [index, prefix] of prefixes.entries()) expect(await generate(prefix)).toEqual(together[index]);
  });
});

describe('generation', () => {
  it('tells its text while it is written', async () => {
    const session = await engine.session();
    for (const prompt of PROMPTS) {
      const pieces: string[] = [];
      const options = { stop: STOP, maxTokens: 60, onText: (piece: string) => pieces.push(piece) };
      const { text } = await session.generate(engine.tokenize(prompt), options);
      expect(pieces.join('')).toBe(text);
      expect(pieces.length).toBeGreaterThan(10);
      expect(pieces).not.toContain('');
    }
  });

  it('follows a grammar to its end and then stops', async () => {
    const session = await engine.session();
    const generated = await session.generate(engine.tokenize(PROMPTS[0]!), {
      grammar: 'root ::= " {\\"a\\": " [0-9]{3} "}}\\n</tool_call>"',
      stop: STOP,
      maxTokens: 40,
    });
    expect(generated.text).toMatch(/^ \{"a": [0-9]{3}\}\}\n<\/tool_call>$/);
    expect(generated.stopped).toBe(true);
  });

  it('says that it did not stop at the limit of tokens or of the context', async () => {
    const session = await engine.session();
    const grammar = 'root ::= "a"{600}';
    const short = await session.generate([1, 2, 3], { grammar, stop: STOP, maxTokens: 7 });
    expect(short).toMatchObject({ stopped: false });
    expect(short.tokens).toHaveLength(7);
    const prefix = engine.tokenize(PROMPTS[0]!.repeat(9));
    const long = await session.generate(prefix, { grammar, stop: STOP, maxTokens: 5000 });
    expect(long.stopped).toBe(false);
    expect(prefix.length + long.tokens.length).toBeLessThanOrEqual(512);
  });

  it('ends when it is aborted, and the session goes on', async () => {
    const session = await engine.session();
    await expect(session.generate([1], { stop: STOP, maxTokens: 400, signal: AbortSignal.abort() })).rejects.toThrow();
    const controller = new AbortController();
    const running = session.generate([1], {
      grammar: 'root ::= "a"{400}',
      stop: STOP,
      maxTokens: 400,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 20);
    await expect(running).rejects.toThrow();
    expect((await session.generate([1, 2], { stop: STOP, maxTokens: 2 })).tokens.length).toBeGreaterThan(0);
  });
});

test('an adapter is read once: a session that is open needs its file no more', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'read-once-')), 'moved.gguf');
  await copyFile(tiny.adapters.beta.path, path);
  const prompt = engine.tokenize(PROMPTS[0]!);
  const ask = async (from: string) => (await engine.session({ name: 'moved', path: from })).next(prompt, [5, 6, 7]);
  const first = await ask(path);
  await rm(path);
  expect(await ask(path)).toEqual(first.map((score) => expect.closeTo(score, 4)));
  expect(first).toEqual((await ask(tiny.adapters.beta.path)).map((score) => expect.closeTo(score, 4)));
});

describe('a long prompt whose evaluation is aborted', () => {
  const LONG = 500;
  it.each<[string, (session: EngineSession, prompt: number[], signal?: AbortSignal) => Promise<unknown>]>([
    ['logprobs', (session, prompt, signal) => session.logprobs(prompt, LONG - 3, signal)],
    ['next', (session, prompt, signal) => session.next(prompt, [5, 6, 7], signal)],
    ['generate', (session, prompt, signal) => session.generate(prompt, { stop: STOP, maxTokens: 4, signal })],
  ])('%s: ends between two batches, and what was evaluated serves', async (name, ask) => {
    const session = await engine.session();
    const prompt = Array.from({ length: LONG }, (_, at) => 100 + name.length + at);
    const controller = new AbortController();
    const before = session.usage.prefilled;
    const asked = ask(session, prompt, controller.signal);
    asked.catch(() => {});
    while (session.usage.prefilled === before) await setImmediate();
    controller.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    const aborted = session.usage.prefilled;
    const warm = await ask(session, prompt);
    const evaluated = session.usage.prefilled - aborted;
    expect(evaluated).toBeGreaterThan(100);
    expect(evaluated).toBeLessThan(LONG - 100);
    engine.reusePrefixes(false);
    try {
      expect(warm).toEqual(await ask(session, prompt));
    } finally {
      engine.reusePrefixes(true);
    }
  });
});

describe('a generation that is aborted between two tokens', () => {
  it.each([
    ['plain', undefined],
    ['drafted', 'root ::= "a"{200}'],
  ])('leaves its prefix warm and the answers right (%s)', async (_, grammar) => {
    for (const adapter of [undefined, tiny.adapters.alpha]) {
      const session = await engine.session(adapter);
      const prefix = engine.tokenize(PROMPTS[1]!);
      const ask = () => session.generate(prefix, { grammar, stop: STOP, maxTokens: 12 });
      engine.reusePrefixes(false);
      const cold = await ask();
      engine.reusePrefixes(true);
      const controller = new AbortController();
      const { signal } = controller;
      let pieces = 0;
      const onText = () => {
        pieces += 1;
        if (pieces === 3) controller.abort();
      };
      await expect(session.generate(prefix, { grammar, stop: STOP, maxTokens: 200, signal, onText })).rejects.toThrow();
      expect(pieces).toBe(3);
      const before = session.usage.prefilled;
      expect(await ask()).toEqual(cold);
      expect(session.usage.prefilled - before).toBeLessThan(4);
    }
  });

  it('is not begun where it was aborted while it waited', async () => {
    const session = await engine.session();
    const controller = new AbortController();
    const first = session.generate(engine.tokenize(PROMPTS[0]!), { stop: STOP, maxTokens: 30 });
    const { signal } = controller;
    const waiting = session.generate([1, 2, 3], { stop: STOP, maxTokens: 30, signal });
    controller.abort();
    const before = session.usage.prefilled;
    await expect(waiting).rejects.toThrow();
    await first;
    expect(session.usage.prefilled - before).toBeLessThanOrEqual(engine.tokenize(PROMPTS[0]!).length);
  });
});

describe('what is wrong', () => {
  const broken = async (name: string, content: string) => {
    const path = join(await mkdtemp(join(tmpdir(), 'engine-')), name);
    await writeFile(path, content);
    return path;
  };

  it('is said: a model that is missing or no GGUF', async () => {
    await expect(openLlamaCpp({ model: '/none/base.gguf', contextSize: 64 })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/base\.gguf/),
    });
    const model = await broken('base.gguf', 'not a model');
    await expect(openLlamaCpp({ model, contextSize: 64 })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/does not load/),
    });
  });

  it('is said: an adapter that is missing or does not load', async () => {
    await expect(engine.session({ name: 'lost', path: '/none/lost.gguf' })).rejects.toThrow(
      /adapter lost does not load[\s\S]*no such file/,
    );
    const path = await broken('bad.gguf', 'not an adapter');
    await expect(engine.session({ name: 'bad', path })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/adapter bad does not load/),
    });
  });

  it('is said: a prompt that is longer than the context, with both sizes', async () => {
    const session = await engine.session();
    const prompt = Array.from({ length: 600 }, () => 7);
    const message = /at most 511 tokens[\s\S]*60[01] tokens/;
    await expect(session.generate(prompt, { stop: STOP, maxTokens: 1 })).rejects.toThrow(message);
    await expect(session.next(prompt, [1])).rejects.toThrow(message);
  });

  it('is said: a grammar that does not parse', async () => {
    const session = await engine.session();
    await expect(session.generate([1], { grammar: 'root ::= (', stop: STOP, maxTokens: 1 })).rejects.toThrow(
      /refuses the grammar/,
    );
  });
});
