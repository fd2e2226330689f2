import { execFileSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRenderer } from '../../core/prompt/load-renderer.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import { loadTokenizer, type Tokenizer } from '../../core/tokenizer.ts';
import { toolGrammar } from '../../runtime/arguments.ts';
import type { Engine } from '../../runtime/engine.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { startServerProcess } from '../../runtime/llama-server/server-process.ts';
import { type LlamaServerOptions, openLlamaServer } from '../../runtime/llama-server.ts';
import { DRAFTING_CASES } from '../fixtures/drafting-cases.ts';
import { LLAMA_SERVER, LLAMA_SERVER_ENV, noLlamaServer } from '../fixtures/llama-server/binary.ts';
import { type TinyModel, tinyModel } from '../fixtures/tiny-model.ts';
import { makeTool } from '../fixtures/tools.ts';

const SYSTEM = '<|im_start|>system\nYou are a helpful assistant. Read the file, then list the directory.<|im_end|>\n';
const PROMPTS = [
  `${SYSTEM}<|im_start|>user\nread a.txt<|im_end|>\n`,
  `${SYSTEM}<|im_start|>user\nread b.txt and then go on with everything else<|im_end|>\n`,
  '<|im_start|>user\nsomething that shares no prefix at all: [1, 2, 3]<|im_end|>\n',
];
const STOP = '<|im_end|>';
const CONTEXT = 1024;
const why = noLlamaServer();

let tiny: TinyModel;
let tokenizer: Tokenizer;
let renderer: Renderer;
let inProcess: Engine;
let engine: Engine;

const program = () => ({
  binary: LLAMA_SERVER,
  model: tiny.gguf,
  env: LLAMA_SERVER_ENV,
  threads: 1,
  kvType: 'f32' as const,
});
const open = (options: Partial<LlamaServerOptions> = {}) =>
  openLlamaServer({
    server: program(),
    tokenizer,
    adapters: Object.values(tiny.adapters),
    contextSize: CONTEXT,
    ...options,
  });
/** Of this test's servers. */
const processes = () =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith(`${LLAMA_SERVER} `) && line.includes(`--ctx-size ${CONTEXT * 4}`));

describe.skipIf(why)(`llama-server${why ? ` (skipped: ${why})` : ''}`, () => {
  beforeAll(async () => {
    tiny = await tinyModel();
    tokenizer = await loadTokenizer(tiny.base);
    renderer = await loadRenderer(tiny.base, { descriptions: 'full' });
    inProcess = await openLlamaCpp({ model: tiny.gguf, contextSize: CONTEXT, threads: 1, kvType: 'f32', gpu: false });
    engine = await open();
  });
  afterAll(async () => {
    await engine?.close();
    await inProcess?.close();
    if (!why) expect(processes()).toEqual([]);
  });

  describe('says what the engine in process says', () => {
    const systems = ['base', 'alpha', 'beta'] as const;
    const adapterOf = (system: (typeof systems)[number]) => (system === 'base' ? undefined : tiny.adapters[system]);

    it('of tokens that are given, the stop token too', async () => {
      for (const system of systems) {
        const [ours, theirs] = [await engine.session(adapterOf(system)), await inProcess.session(adapterOf(system))];
        for (const prompt of PROMPTS) {
          const tokens = engine.tokenize(prompt);
          const [found, expected] = [await ours.logprobs(tokens, 9), await theirs.logprobs(tokens, 9)];
          expect(found).toHaveLength(tokens.length - 9);
          for (const [at, value] of found.entries()) expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-3);
        }
      }
    });

    it('of candidates, the least probable too', async () => {
      const vocabulary = Array.from({ length: 5120 }, (_, token) => token);
      for (const system of systems) {
        const [ours, theirs] = [await engine.session(adapterOf(system)), await inProcess.session(adapterOf(system))];
        const prefix = engine.tokenize(PROMPTS[0]!);
        const [found, expected] = [await ours.next(prefix, vocabulary), await theirs.next(prefix, vocabulary)];
        expect(found.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 4);
        for (const [token, value] of found.entries()) expect(Math.abs(value - expected[token]!)).toBeLessThan(1e-3);
        const few = [vocabulary[7]!, vocabulary[4000]!];
        expect(await ours.next(prefix, few)).toEqual(few.map((token) => expect.closeTo(expected[token]!, 3)));
      }
    });

    it('when it writes freely', async () => {
      for (const system of systems) {
        const [ours, theirs] = [await engine.session(adapterOf(system)), await inProcess.session(adapterOf(system))];
        for (const prompt of PROMPTS) {
          const options = { stop: STOP, maxTokens: 24 };
          const prefix = engine.tokenize(prompt);
          expect(await ours.generate(prefix, options)).toEqual(await theirs.generate(prefix, options));
        }
      }
    });

    it('when a grammar holds it, token by token', { timeout: 300_000 }, async () => {
      let ended = 0;
      for (const [index, { name, schema, query }] of DRAFTING_CASES.entries()) {
        const system = systems[index % systems.length]!;
        const [ours, theirs] = [await engine.session(adapterOf(system)), await inProcess.session(adapterOf(system))];
        const tool = makeTool('do_it', schema, 'Does it.');
        const prompt = renderer.argumentsPrompt([{ role: 'user', content: query }], [tool], 'do_it');
        const prefix = engine.tokenize(prompt);
        if (prefix.length > CONTEXT - 100) continue;
        const options = { grammar: toolGrammar(renderer, tool), stop: renderer.stop, maxTokens: 40 };
        const plain = await theirs.generate(prefix, { ...options, drafts: false });
        expect(await ours.generate(prefix, options), name).toEqual(plain);
        if (plain.stopped) ended += 1;
      }
      expect(ended).toBeGreaterThan(5);
    });

    it('at the limit of the context', async () => {
      const prefix = engine.tokenize(PROMPTS[0]!.repeat(19));
      const options = { grammar: 'root ::= "a"{600}', stop: STOP, maxTokens: 5000 };
      const found = await (await engine.session()).generate(prefix, options);
      expect(found).toMatchObject({ stopped: false });
      expect(prefix.length + found.tokens.length).toBeLessThanOrEqual(CONTEXT);
      expect(found.tokens.length).toBeGreaterThan(300);
      const long = Array.from({ length: CONTEXT + 1 }, () => 7);
      await expect((await engine.session()).next(long, [1])).rejects.toThrow(/at most 1023 tokens[\s\S]*1025 tokens/);
    });
  });

  describe('slots', () => {
    it('evaluate a shared prefix once, each adapter its own', async () => {
      const [first, second] = PROMPTS.slice(0, 2).map((prompt) => engine.tokenize(prompt));
      for (const adapter of [undefined, tiny.adapters.alpha]) {
        const session = await engine.session(adapter);
        await session.next(engine.tokenize(PROMPTS[2]!), []);
        await session.next(first!, []);
        const before = session.usage.prefilled;
        await session.next(second!, []);
        expect(session.usage.prefilled - before).toBeLessThan(second!.length - engine.tokenize(SYSTEM).length + 1);
      }
    });

    it('begin cold where prefixes must not be reused', async () => {
      const session = await engine.session(tiny.adapters.beta);
      const prefix = engine.tokenize(PROMPTS[0]!);
      await session.next(prefix, []);
      engine.reusePrefixes(false);
      try {
        const before = session.usage.prefilled;
        await session.next(prefix, []);
        expect(session.usage.prefilled - before).toBe(prefix.length);
      } finally {
        engine.reusePrefixes(true);
      }
    });

    it('go to the next adapter, cold, where there are too few', async () => {
      const small = await open({ slots: 2 });
      try {
        const prefix = engine.tokenize(PROMPTS[0]!);
        const cost = async (name: 'alpha' | 'beta' | 'gamma') => {
          const session = await small.session(tiny.adapters[name]);
          await session.next(prefix, []);
          return session.usage.prefilled;
        };
        expect(await cost('alpha')).toBe(prefix.length);
        expect(await cost('beta')).toBe(prefix.length);
        expect(await cost('alpha')).toBe(1);
        expect(await cost('gamma')).toBe(prefix.length); // takes beta's
        expect(await cost('alpha')).toBe(1);
        expect(await cost('beta')).toBe(prefix.length);
      } finally {
        await small.close();
      }
    });
  });

  it('stops writing when nobody waits any more, and goes on', async () => {
    const large = await open({ adapters: [], contextSize: 8192 });
    try {
      const session = await large.session();
      const aborted = AbortSignal.abort();
      await expect(session.generate([1], { stop: STOP, maxTokens: 9, signal: aborted })).rejects.toThrow(/abort/);
      await expect(session.next([1], [1], aborted)).rejects.toThrow(/abort/);
      await expect(session.logprobs([1, 2], 1, aborted)).rejects.toThrow(/abort/);
      const write = (count: number, signal?: AbortSignal) =>
        session.generate([1], { grammar: 'root ::= ("a"{100})+ "b"{1000}', stop: STOP, maxTokens: count, signal });
      const timeOf = async (work: Promise<unknown>) => {
        const started = performance.now();
        await work;
        return performance.now() - started;
      };
      const some = await timeOf(write(1000));
      await expect(write(8000, AbortSignal.timeout(20))).rejects.toThrow(/abort/);
      // It looks once a second whether somebody waits.
      expect(await timeOf(write(2))).toBeLessThan(2000 + 3 * some);
    } finally {
      await large.close();
    }
  });

  describe('what is wrong is said', () => {
    const file = async (name: string) => {
      const path = join(await mkdtemp(join(tmpdir(), 'llama-server-')), name);
      await writeFile(path, 'no GGUF');
      return path;
    };

    it('a binary, a model or an adapter that is missing or broken', async () => {
      const environment = { kind: 'environment', message: expect.stringMatching(/cannot start llama-server/) };
      await expect(open({ server: { ...program(), binary: '/none/llama-server' } })).rejects.toMatchObject(environment);
      const missing = { kind: 'input', message: expect.stringMatching(/there is no such file/) };
      await expect(open({ server: { ...program(), model: '/none/base.gguf' } })).rejects.toMatchObject(missing);
      await expect(open({ adapters: [{ name: 'lost', path: '/none/lost.gguf' }] })).rejects.toMatchObject(missing);
      const broken = { kind: 'failed', message: expect.stringMatching(/llama-server has ended[\s\S]*bad\.gguf/) };
      await expect(open({ server: { ...program(), model: await file('bad.gguf') } })).rejects.toMatchObject(broken);
      await expect(open({ adapters: [{ name: 'bad', path: await file('bad.gguf') }] })).rejects.toMatchObject(broken);
    });

    it('an adapter that it was not opened with, and a grammar that does not parse', async () => {
      await expect(engine.session({ name: 'other', path: '/other.gguf' })).rejects.toMatchObject({
        kind: 'input',
        message: expect.stringMatching(/other is none of those/),
      });
      const session = await engine.session();
      await expect(session.generate([1], { grammar: 'root ::= (', stop: STOP, maxTokens: 1 })).rejects.toThrow(
        /grammar/,
      );
    });

    it('its end, with its last lines', async () => {
      const server = await startServerProcess(program(), { adapters: [], contextSize: 256, slots: 1 });
      const joined = await open({ server, adapters: [], contextSize: 256 });
      await server.stop();
      await expect((await joined.session()).next([1], [1])).rejects.toThrow(/does not answer/);

      const before = processes().length;
      const killed = await open();
      const [pid] = execFileSync('pgrep', ['-nf', `^${LLAMA_SERVER} `], { encoding: 'utf8' }).split('\n');
      process.kill(Number(pid), 'SIGKILL');
      await expect((await killed.session()).next([1], [1])).rejects.toThrow(/llama-server has ended \(SIGKILL\)/);
      await killed.close();
      expect(processes()).toHaveLength(before);
    });
  });

  it('is ended by an abort while it starts, not later', async () => {
    const before = processes().length;
    const controller = new AbortController();
    const own = await open({ signal: controller.signal });
    controller.abort();
    expect(await (await own.session()).next([1], [1])).toHaveLength(1);
    await own.close();
    await expect(open({ signal: controller.signal })).rejects.toMatchObject({ kind: 'interrupted' });
    const late = new AbortController();
    const starting = open({ signal: late.signal });
    starting.catch(() => {});
    while (processes().length === before) await setImmediate();
    late.abort();
    await expect(starting).rejects.toMatchObject({ kind: 'interrupted' });
    expect(processes()).toHaveLength(before);
  });

  describe('one that runs already', () => {
    it('serves the adapters that it has, found by their file names', async () => {
      const { alpha, beta, gamma } = tiny.adapters;
      const size = { adapters: [beta.path, alpha.path], contextSize: 512, slots: 2 };
      const server = await startServerProcess(program(), size);
      try {
        const elsewhere = { name: 'alpha', path: '/elsewhere/alpha.gguf' };
        const joined = await open({ server, adapters: [elsewhere], contextSize: 512 });
        const prefix = engine.tokenize(PROMPTS[0]!);
        const [expected] = await (await inProcess.session(alpha)).next(prefix, [5]);
        expect((await (await joined.session(elsewhere)).next(prefix, [5]))[0]).toBeCloseTo(expected!, 3);
        await expect(open({ server, adapters: [gamma], contextSize: 512 })).rejects.toMatchObject({
          kind: 'input',
          message: expect.stringMatching(/has not loaded all adapters[\s\S]*gamma\.gguf[\s\S]*beta\.gguf/),
        });
        await expect(open({ server, adapters: [alpha], contextSize: 2048 })).rejects.toThrow(/slot is too small/);
        const other: Tokenizer = { ...tokenizer, encode: (text) => [...tokenizer.encode(text), 1] };
        await expect(open({ server, adapters: [], tokenizer: other, contextSize: 512 })).rejects.toThrow(
          /another tokenizer/,
        );
        const stranger = { url: server.url, apiKey: 'wrong' };
        await expect(open({ server: stranger, adapters: [], contextSize: 512 })).rejects.toMatchObject({
          kind: 'input',
        });
      } finally {
        await server.stop();
      }
    });
  });
});
