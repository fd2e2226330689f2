import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadRenderer } from '../../core/prompt/load-renderer.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import { loadTokenizer, type Tokenizer } from '../../core/tokenizer.ts';
import { RESPOND, type Tool } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import type { AdapterFile, Engine } from '../../runtime/engine.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { type OpenAiEngineOptions, openOpenAiEngine } from '../../runtime/openai-engine.ts';
import { selectName } from '../../runtime/selector.ts';
import { predictTwoStep } from '../../runtime/two-step.ts';
import { type TinyAdapter, type TinyModel, tinyModel } from '../fixtures/tiny-model.ts';
import { MOVE, makeTool, PING } from '../fixtures/tools.ts';
import { type StubOptions, startVllmStub, type VllmStub } from '../fixtures/vllm-stub.ts';

const TOOLS: Tool[] = [
  makeTool('set_mode', {
    type: 'object',
    properties: { mode: { enum: ['fast', 'slow', 'off'] }, level: { type: 'integer', minimum: 0, maximum: 9 } },
    required: ['mode'],
  }),
  MOVE,
  PING,
];
const QUERIES = ['go', 'set the mode to fast', 'move it by 3', 'ping, please', 'thanks'];
const NAMES: TinyAdapter[] = ['alpha', 'beta', 'gamma'];
const idOf = (name: TinyAdapter) => `${name}-0123456789ab`;
const folderOf = (name: TinyAdapter) => `/on/the/server/${name}`;
const asking = (content: string): Message[] => [{ role: 'user', content }];
const adaptersOf = (known: Pick<TinyModel, 'adapters'>) => ({
  selector: known.adapters.beta,
  argumentsOf: (tool: Tool) => (tool === MOVE ? known.adapters.alpha : known.adapters.gamma),
});

let tiny: TinyModel;
let tokenizer: Tokenizer;
let renderer: Renderer;
/** In this process: the truth. */
let truth: Engine;
beforeAll(async () => {
  tiny = await tinyModel();
  tokenizer = await loadTokenizer(tiny.base);
  renderer = await loadRenderer(tiny.base, { descriptions: 'full' });
  truth = await openLlamaCpp({ model: tiny.gguf, contextSize: 1024, threads: 1, kvType: 'f32', gpu: false });
});
afterAll(() => truth?.close());

let stub: VllmStub;
const open: Engine[] = [];
afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close();
  await stub?.close();
});

async function start(options: Partial<StubOptions> = {}): Promise<void> {
  const adapters = Object.fromEntries(NAMES.map((name) => [folderOf(name), tiny.adapters[name] as AdapterFile]));
  stub = await startVllmStub({ engine: truth, adapters, ...options });
}

async function connect(options: Partial<OpenAiEngineOptions> = {}): Promise<Engine> {
  const adapters = NAMES.map((name) => ({
    name,
    folder: folderOf(name),
    id: idOf(name),
    activated: false,
  }));
  const engine = await openOpenAiEngine({
    baseUrl: stub.url,
    tokenizer,
    contextSize: 1024,
    adapters,
    maxAdapters: 32,
    timeoutMs: 60_000,
    tries: 5,
    ...options,
  });
  open.push(engine);
  return engine;
}

describe('answers of a server are those of the engine in this process', () => {
  it.each<[string, StubOptions['knows'], boolean]>([
    ['a new vLLM', undefined, true],
    ['one before July 2026', ['prompt_logprobs', 'structured_outputs', 'return_token_ids'], true],
    ['an old one', ['prompt_logprobs', 'guided_grammar'], true],
  ])('%s: selection, probabilities, arguments', async (_, knows) => {
    await start({ knows });
    const engine = await connect();
    expect(engine.abilities).toEqual({
      loadsAdapters: true,
      reusesPrefixes: true,
      probabilities: true,
      grammar: true,
      parallel: 16,
    });
    const called = new Set<string>();
    for (const left of [...TOOLS.keys(), undefined]) {
      const offered = TOOLS.filter((_, index) => index !== left);
      const ask = (on: Engine) =>
        predictTwoStep(on, renderer, adaptersOf(tiny), asking(`do ${left}`), offered, { maxTokens: 60 });
      const [found, expected] = [await ask(engine), await ask(truth)];
      expect(found.call).toEqual(expected.call);
      expect(found.text).toBe(expected.text);
      expect(found.generated).toBe(expected.generated);
      for (const [index, { promptName, probability }] of expected.ranked!.entries()) {
        expect(found.ranked![index]!.promptName).toBe(promptName);
        expect(found.ranked![index]!.probability).toBeCloseTo(probability, 4);
      }
      called.add(found.call?.promptName ?? RESPOND);
    }
    expect(called.size).toBeGreaterThan(1);
    expect(stub.loaded()).toContain(idOf('beta'));
    const write = async (on: Engine) =>
      (await on.session()).generate(on.tokenize('go on'), { stop: renderer.stop, maxTokens: 12 });
    const { text, stopped } = await write(truth);
    expect(await write(engine)).toMatchObject({ text, stopped });
  });

  it('log-probabilities of many tokens, and of more candidates than vLLM takes at once', async () => {
    await start();
    const [engine, prompt] = [await connect(), tokenizer.encode('one two three, four five six. Read the file.')];
    const tokens = [...prompt, ...prompt, ...prompt];
    const candidates = Array.from({ length: 300 }, (_, index) => 100 + 7 * index);
    const of = async (on: Engine) => {
      const session = await on.session(tiny.adapters.alpha);
      return [...(await session.logprobs(tokens, 1)), ...(await session.next(tokens, candidates))];
    };
    const [found, expected] = [await of(engine), await of(truth)];
    expect(found).toHaveLength(tokens.length - 1 + candidates.length);
    for (const [index, score] of found.entries()) expect(score).toBeCloseTo(expected[index]!, 4);
    for (const { body } of stub.requests) expect(body.logprob_token_ids?.length ?? 0).toBeLessThanOrEqual(128);
  });

  it('asks greedily, whatever the model’s own generation settings are', async () => {
    await start();
    const session = await (await connect()).session();
    await session.generate(tokenizer.encode('one'), { stop: '<|im_end|>', maxTokens: 3 });
    expect(stub.requests.at(-1)!.body).toMatchObject({ temperature: 0, repetition_penalty: 1 });
  });
});

describe('a server that tells no probabilities', () => {
  const knows = ['structured_outputs', 'return_token_ids'] as const;

  it('selects by writing a name that a grammar holds to the names', async () => {
    await start({ knows });
    const engine = await connect();
    expect(engine.abilities).toMatchObject({ probabilities: false, grammar: true });
    const names = [...TOOLS.map(({ promptName }) => promptName), RESPOND];
    for (const query of QUERIES) {
      const prompt = renderer.selectorPrompt(asking(query), TOOLS);
      const { promptName, ranked } = await selectName(engine, await engine.session(), renderer, prompt, names);
      expect(ranked).toBeUndefined();
      expect(promptName).toBe(await greedyName(prompt, names));
    }
    const { call, ranked } = await predictTwoStep(engine, renderer, adaptersOf(tiny), asking('go'), TOOLS, {
      maxTokens: 60,
    });
    expect(ranked).toBeUndefined();
    expect(names).toContain(call?.promptName ?? RESPOND);
  });

  /** Token by token, each the most probable of those that go on with a name. */
  async function greedyName(prompt: string, names: readonly string[]): Promise<string> {
    const session = await truth.session();
    const prefix = tokenizer.encode(prompt);
    const vocabulary = Array.from({ length: 5120 }, (_, token) => token);
    const texts = vocabulary.map((token) => tokenizer.decode([token]));
    for (let text = '', tokens: number[] = []; ; ) {
      const found = names.find((name) => renderer.nameSpan(name) === text);
      if (found !== undefined) return found;
      const goingOn = (more: string) =>
        more !== '' && names.some((name) => renderer.nameSpan(name).startsWith(text + more));
      const allowed = vocabulary.filter((token) => goingOn(texts[token]!));
      const scores = await session.next([...prefix, ...tokens], allowed);
      const best = allowed[scores.indexOf(Math.max(...scores))]!;
      tokens = [...tokens, best];
      text += texts[best];
    }
  }

  it('refuses a threshold', async () => {
    await start({ knows });
    const options = { maxTokens: 60, threshold: 0.5 };
    await expect(
      predictTwoStep(await connect(), renderer, adaptersOf(tiny), asking('go'), TOOLS, options),
    ).rejects.toMatchObject({ kind: 'input', message: expect.stringContaining('there is a threshold') });
  });

  it('and takes no grammar either: it says so', async () => {
    await start({ knows: ['return_token_ids'] });
    const engine = await connect();
    expect(engine.abilities).toMatchObject({ probabilities: false, grammar: false });
    const names = TOOLS.map(({ promptName }) => promptName);
    const session = await engine.session();
    await expect(selectName(engine, session, renderer, 'x', names)).rejects.toThrow(/takes no grammar/);
    const stop = renderer.stop;
    const prefix = tokenizer.encode('one');
    const free = await session.generate(prefix, { stop, maxTokens: 5 });
    expect(free).toEqual(await (await truth.session()).generate(prefix, { stop, maxTokens: 5 }));
    await expect(session.next(prefix, [1])).rejects.toThrow(/tells no log-probabilities/);
  });
});

describe('adapters', () => {
  const generate = async (engine: Engine, name: TinyAdapter) =>
    (await engine.session(tiny.adapters[name])).generate(tokenizer.encode('one two'), {
      stop: '<|im_end|>',
      maxTokens: 4,
    });

  it('are loaded under a name of their content, and the least recently used makes room', async () => {
    await start();
    const engine = await connect({ maxAdapters: 2 });
    const loaded: string[][] = [];
    for (const name of ['alpha', 'beta', 'alpha', 'gamma', 'beta'] as const) {
      expect(await generate(engine, name)).toEqual(await generate(truth, name));
      loaded.push(stub.loaded().toSorted());
    }
    const pair = (...names: TinyAdapter[]) => names.map(idOf);
    expect(loaded).toEqual([
      pair('alpha'),
      pair('alpha', 'beta'),
      pair('alpha', 'beta'),
      pair('alpha', 'gamma'),
      pair('beta', 'gamma'),
    ]);
    await engine.close();
    expect(stub.loaded()).toEqual([]);
  });

  it('stay while they are in use', async () => {
    await start();
    const engine = await connect({ maxAdapters: 1 });
    const found = await Promise.all(NAMES.flatMap((name) => [generate(engine, name), generate(engine, name)]));
    for (const [index, name] of NAMES.entries())
      expect([found[2 * index], found[2 * index + 1]]).toEqual(Array(2).fill(await generate(truth, name)));
    expect(stub.loaded()).toHaveLength(1);
  });

  it('are loaded again after the server was started again', async () => {
    await start();
    const engine = await connect();
    const session = await engine.session(tiny.adapters.alpha);
    stub.forget();
    const ask = () => session.generate(tokenizer.encode('one two'), { stop: '<|im_end|>', maxTokens: 4 });
    const [one, two] = await Promise.all([ask(), ask()]);
    expect([one, two]).toEqual(Array(2).fill(await generate(truth, 'alpha')));
    expect(stub.loaded()).toEqual([idOf('alpha')]);
  });

  it('that another process has loaded serve as well', async () => {
    await start({ modules: { [idOf('alpha')]: folderOf('alpha') } });
    expect(await generate(await connect(), 'alpha')).toEqual(await generate(truth, 'alpha'));
  });

  it('of a server that loads none are those that it lists, by either name', async () => {
    const modules = { [idOf('alpha')]: folderOf('alpha'), beta: folderOf('beta') };
    await start({ loads: false, modules });
    const engine = await connect();
    expect(engine.abilities.loadsAdapters).toBe(false);
    for (const name of ['alpha', 'beta'] as const)
      expect(await generate(engine, name)).toEqual(await generate(truth, name));
    await expect(engine.session(tiny.adapters.gamma)).rejects.toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(/does not have the adapter gamma[\s\S]*VLLM_ALLOW_RUNTIME_LORA_UPDATING/),
    });
  });

  it('that do not load are told with the server’s words', async () => {
    await start({ adapters: {} });
    await expect((await connect()).session(tiny.adapters.alpha)).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/does not load the adapter alpha[\s\S]*No adapter found[\s\S]*max-lora-rank/),
    });
  });

  it('of too high a rank too, which vLLM calls an error of its own', async () => {
    const error = { message: 'LoRA rank 64 is greater than max_lora_rank 16.' };
    await start({ fault: ({ body }) => (body.lora_name ? { kind: 'status', status: 500, error } : undefined) });
    const asked = (await connect()).session(tiny.adapters.alpha);
    await expect(asked).rejects.toThrow(/LoRA rank 64 is greater[\s\S]*--max-lora-rank/);
  });

  it('that are activated are refused', async () => {
    await start();
    const adapters = [{ name: 'alpha', id: idOf('alpha'), folder: folderOf('alpha'), activated: true }];
    await expect((await connect({ adapters })).session(tiny.adapters.alpha)).rejects.toThrow(/activated/);
    expect(stub.loaded()).toEqual([]);
  });
});

describe('trouble', () => {
  const prefix = () => tokenizer.encode('one two three');
  const PATH = '/v1/completions';
  const busy = { kind: 'status', status: 429, headers: { 'retry-after': '1' } } as const;

  it.each<[string, ReturnType<NonNullable<StubOptions['fault']>>]>([
    ['429 with Retry-After', busy],
    ['500', { kind: 'status', status: 500 }],
    ['a hung answer', { kind: 'silent', ms: 10_000 }],
    ['an answer that hangs in the middle', { kind: 'stalled', ms: 10_000 }],
    ['a body that is no JSON', { kind: 'malformed', body: '<html>' }],
    ['a body that is no completion', { kind: 'malformed', body: '{"choices": []}' }],
    ['a body that ends early', { kind: 'truncated' }],
  ])('passes over %s', async (_, fault) => {
    const faults: (typeof fault)[] = [];
    await start({ fault: ({ path }) => (path === PATH ? faults.pop() : undefined) });
    const session = await (await connect({ timeoutMs: 1500 })).session();
    const options = { stop: '<|im_end|>', maxTokens: 4 };
    faults.push(fault);
    expect(await session.generate(prefix(), options)).toEqual(
      await (await truth.session()).generate(prefix(), options),
    );
    expect(faults).toEqual([]);
  });

  it('is told where it does not pass, without the key', async () => {
    let broken = false;
    const error = { message: 'CUDA error, key sk-secret-123456' };
    await start({ fault: () => (broken ? { kind: 'status', status: 500, error } : undefined) });
    const session = await (await connect({ tries: 2, apiKey: 'sk-secret-123456' })).session();
    broken = true;
    const asked = session.next(prefix(), [1, 2]);
    await expect(asked).rejects.toMatchObject({ kind: 'failed', message: expect.stringContaining('CUDA error') });
    await expect(asked).rejects.not.toThrow(/sk-secret/);
  });

  it('at the start: nobody is there, or another base, or too short a context', async () => {
    await start();
    await expect(connect({ baseUrl: 'http://127.0.0.1:9/v1', tries: 1 })).rejects.toMatchObject({
      kind: 'environment',
    });
    await expect(connect({ model: 'other' })).rejects.toThrow(/does not have that base[\s\S]*tiny-base/);
    await stub.close();
    await start({ tokenize: (text) => [...text].map((character) => character.charCodeAt(0)) });
    await expect(connect()).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/another tokenizer/),
    });
    await stub.close();
    await start({ maxModelLen: 512 });
    await expect(connect()).rejects.toThrow(/too short a context[\s\S]*1024[\s\S]*512/);
  });

  it('of a prompt that is too long is told before the server is asked', async () => {
    await start();
    const session = await (await connect()).session();
    const long = Array.from({ length: 1024 }, () => 7);
    const asked = stub.requests.length;
    await expect(session.next(long, [1])).rejects.toThrow(/at most 1023 tokens/);
    await expect(session.generate(long, { stop: '<|im_end|>', maxTokens: 1 })).rejects.toThrow(/longer than/);
    expect(stub.requests).toHaveLength(asked);
  });

  it('an abort hangs up, and that ends the generation', async () => {
    await start();
    const session = await (await connect()).session();
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 100);
    const options = { grammar: 'root ::= [ab]{900}', stop: '<|im_end|>', maxTokens: 900 };
    await expect(session.generate(prefix(), { ...options, signal: controller.signal })).rejects.toThrow('enough');
    await expect.poll(() => stub.hungUp).toBe(1);
    const aborted = AbortSignal.abort(new Error('gone'));
    await expect(session.next(prefix(), [1], aborted)).rejects.toThrow('gone');
    await expect(session.logprobs(prefix(), 1, aborted)).rejects.toThrow('gone');
  });

  it('prefixes are kept apart where they must not be reused', async () => {
    await start();
    const engine = await connect();
    const session = await engine.session();
    const salts = () => stub.requests.slice(-2).map(({ body }) => body.cache_salt);
    for (const _ of [1, 2]) await session.next(prefix(), [1]);
    expect(salts()).toEqual([undefined, undefined]);
    engine.reusePrefixes(false);
    for (const _ of [1, 2]) await session.next(prefix(), [1]);
    expect(new Set([...salts(), undefined]).size).toBe(3);
  });
});
