import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../core/tokenizer.ts';
import { type Canary, checkCanary } from '../../runtime/canary.ts';
import type { Engine } from '../../runtime/engine.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { type ServerProcess, startServerProcess } from '../../runtime/llama-server/server-process.ts';
import { openLlamaServer } from '../../runtime/llama-server.ts';
import { LLAMA_SERVER, LLAMA_SERVER_ENV, noLlamaServer } from '../fixtures/llama-server/binary.ts';
import { forgetfulServer } from '../fixtures/llama-server/forgetful-server.ts';
import { type TinyModel, tinyModel } from '../fixtures/tiny-model.ts';

const TEXT = '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nread a.txt<|im_end|>\n';

let tiny: TinyModel;
beforeAll(async () => {
  tiny = await tinyModel();
});

function canary({ tokenize }: Pick<Engine, 'tokenize'>): Canary {
  const tokens = tokenize(TEXT);
  const probe = { tokens, from: tokens.length - 3 };
  const { alpha, beta } = tiny.adapters;
  return { probes: [{ ...probe, adapter: alpha }, { ...probe, adapter: beta }, probe] };
}

/** Tokens that are evaluated when the same is asked again. */
async function costAgain(engine: Engine): Promise<number> {
  const session = await engine.session();
  const tokens = engine.tokenize(TEXT);
  await session.next(tokens, []);
  const before = session.usage.prefilled;
  await session.next(tokens, []);
  return session.usage.prefilled - before;
}

describe('the canary', () => {
  it('says nothing of the engine in process, which goes on reusing prefixes', async () => {
    const engine = await openLlamaCpp({ model: tiny.gguf, contextSize: 256, threads: 1, gpu: false });
    expect(await checkCanary(engine, canary(engine))).toBeUndefined();
    expect(await costAgain(engine)).toBe(1);
    await engine.close();
  });

  it('throws where an engine contradicts itself', async () => {
    const engine = await openLlamaCpp({ model: tiny.gguf, contextSize: 256, threads: 1, gpu: false });
    let count = 0;
    const session: Engine['session'] = async (adapter) => {
      const made = await engine.session(adapter);
      return { ...made, logprobs: async (...asked) => (await made.logprobs(...asked)).map((value) => value + count++) };
    };
    await expect(checkCanary({ ...engine, session }, canary(engine))).rejects.toMatchObject({ kind: 'failed' });
    await engine.close();
  });

  it('says that an adapter changes nothing', async () => {
    const engine = await openLlamaCpp({ model: tiny.gguf, contextSize: 256, threads: 1, gpu: false });
    const deaf: Engine = { ...engine, session: () => engine.session() };
    expect(await checkCanary(deaf, canary(engine))).toMatch(/alpha changes nothing/);
    await engine.close();
  });

  it('asks nothing where an engine reuses nothing', async () => {
    const engine = await openLlamaCpp({ model: tiny.gguf, contextSize: 256, threads: 1, gpu: false });
    const abilities = { ...engine.abilities, reusesPrefixes: false };
    const session = () => Promise.reject(new Error('asked'));
    expect(await checkCanary({ ...engine, abilities, session }, canary(engine))).toBeUndefined();
    await engine.close();
  });
});

const why = noLlamaServer();

describe.skipIf(why)(`the canary at llama-server${why ? ` (skipped: ${why})` : ''}`, () => {
  let server: ServerProcess;
  beforeAll(async () => {
    const { alpha, beta } = tiny.adapters;
    const program = { binary: LLAMA_SERVER, model: tiny.gguf, env: LLAMA_SERVER_ENV, threads: 1 };
    server = await startServerProcess(program, { adapters: [alpha.path, beta.path], contextSize: 256, slots: 3 });
  });
  afterAll(() => server?.stop());

  async function open(address: { url: string; apiKey?: string }): Promise<Engine> {
    const { alpha, beta } = tiny.adapters;
    const tokenizer = await loadTokenizer(tiny.base);
    return openLlamaServer({ server: address, tokenizer, adapters: [alpha, beta], contextSize: 256 });
  }

  it('says nothing of a good one', async () => {
    const engine = await open(server);
    expect(await checkCanary(engine, canary(engine))).toBeUndefined();
    expect(await costAgain(engine)).toBe(1);
  });

  it('finds one that mixes adapters, which then reuses nothing and answers right', async () => {
    const good = await open(server);
    const { probes } = canary(good);
    const ask = async (engine: Engine) => {
      const answers: number[] = [];
      for (const { adapter, tokens, from } of [...probes, ...probes])
        answers.push(...(await (await engine.session(adapter)).logprobs(tokens, from)));
      return answers;
    };
    const expected = await ask(good);
    const forgetful = await forgetfulServer(server, 'lora of the base');
    const engine = await open(forgetful);
    expect(await checkCanary(engine, canary(engine))).toMatch(/mixes what different adapters computed/);
    expect(await costAgain(engine)).toBe(engine.tokenize(TEXT).length);
    for (const [at, value] of (await ask(engine)).entries()) expect(value).toBeCloseTo(expected[at]!, 3);
    forgetful.close();
  });

  it('finds one that keeps prompts in memory, whichever adapter computed them', async () => {
    const { alpha, beta } = tiny.adapters;
    const program = { binary: LLAMA_SERVER, model: tiny.gguf, env: LLAMA_SERVER_ENV, threads: 1 };
    const caching = await startServerProcess(
      { ...program, args: ['--cache-ram', '64'] },
      { adapters: [alpha.path, beta.path], contextSize: 256, slots: 3 },
    );
    const engine = await open(caching);
    expect(await checkCanary(engine, canary(engine))).toMatch(/mixes what different adapters computed/);
    await caching.stop();
  });

  it('finds one that applies no adapter', async () => {
    const forgetful = await forgetfulServer(server, 'lora');
    const engine = await open(forgetful);
    expect(await checkCanary(engine, canary(engine))).toMatch(/alpha changes nothing/);
    forgetful.close();
  });
});
