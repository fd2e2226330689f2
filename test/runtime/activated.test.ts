import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGgufFileInfo } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../core/tokenizer.ts';
import type { AdapterFile, Engine } from '../../runtime/engine.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { openLlamaServer } from '../../runtime/llama-server.ts';
import { type Probe, probePeft } from '../../trainers/gguf/gguf-probe.ts';
import { activatedAdapters } from '../fixtures/activated-adapters.ts';
import { LLAMA_SERVER, LLAMA_SERVER_ENV, noLlamaServer } from '../fixtures/llama-server/binary.ts';
import { type TinyModel, tinyModel } from '../fixtures/tiny-model.ts';
import { ENV, PYTHON } from '../trainers/gguf/gguf-adapters.ts';

const SYSTEM = '<|im_start|>system\nYou are a helpful assistant. Read the file, then list the directory.<|im_end|>\n';
const asks = (query: string) => `<|im_start|>user\n${query}<|im_end|>\n<|im_start|>assistant\n<tool_call>\n{"name": "`;
const turn = `${asks('read a.txt')}list_files", "arguments": {}}\n</tool_call><|im_end|>\n`;
const PROMPTS = [
  `${SYSTEM}${asks('read a.txt')}`,
  `${SYSTEM}${turn}${asks('and now b.txt')}`, // its beginning is the first one's, computed under an adapter there and by the base here
  `${SYSTEM}${asks('something else')}`,
];
const NAMES = ['first', 'second'] as const;

let folder: string;
let tiny: TinyModel;
let engine: Engine;
let probes: Probe[];
/** By system and probe, as PEFT finds the invocation by itself. */
const peft = new Map<string, Map<string, number[]>>();
const file = (name: string): AdapterFile => ({ name, path: join(folder, `${name}.gguf`) });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'activated-'));
  tiny = await tinyModel();
  const adapters = await activatedAdapters(tiny.base, folder, NAMES);
  const { encode } = await loadTokenizer(tiny.base);
  probes = PROMPTS.map((prompt, index) => {
    const tokens = encode(prompt);
    return { id: `${index}`, tokens: [...tokens, ...encode('read_text_file", "arguments":')], from: tokens.length };
  });
  const ids = probes.map(({ id }) => id);
  const systems = [
    { name: 'base', folder: null, probes: ids },
    ...adapters.map(({ name, peft: made }) => ({ name, folder: made, probes: ids })),
    { name: 'alpha', folder: tiny.adapters.alpha.peft, probes: ids },
  ];
  const run = { python: PYTHON, env: ENV, base: tiny.base };
  for await (const { system, logprobs } of probePeft({ ...run, probes, systems, threads: 1 }))
    peft.set(system, logprobs);
  engine = await openLlamaCpp({ model: tiny.gguf, contextSize: 512, threads: 1, kvType: 'f32', gpu: false });
}, 300_000);
afterAll(async () => {
  await engine?.close();
  await rm(folder, { recursive: true, force: true });
});

const adapterOf = (system: string) =>
  system === 'base' ? undefined : system === 'alpha' ? tiny.adapters.alpha : file(system);

/** Each system after every other one, on prompts that begin alike. */
async function expectPeftOf(asked: Engine): Promise<void> {
  const systems = ['first', 'base', 'second', 'alpha', 'first', 'second', 'base', 'first'];
  for (const [at, system] of systems.entries()) {
    const session = await asked.session(adapterOf(system));
    for (const index of at % 2 === 0 ? [0, 1, 2, 1] : [1, 0, 0, 2]) {
      const { id, tokens, from } = probes[index]!;
      const found = await session.logprobs(tokens, from);
      for (const [place, value] of peft.get(system)!.get(id)!.entries())
        expect(Math.abs(found[place]! - value), `${system} ${id} ${place}`).toBeLessThan(1e-3);
    }
  }
}

describe('an activated adapter in the engine', () => {
  it('says what PEFT says, whoever used the cache before', async () => {
    await expectPeftOf(engine);
    const apart = (a: string, b: string) =>
      Math.max(
        ...peft
          .get(a)!
          .get('1')!
          .map((value, place) => Math.abs(value - peft.get(b)!.get('1')![place]!)),
      );
    expect(apart('first', 'base')).toBeGreaterThan(0.1);
    expect(apart('first', 'second')).toBeGreaterThan(0.1);
  });

  it('shares the prompt with the base and with other activated adapters', async () => {
    const { tokens, from } = probes[2]!;
    const base = await engine.session();
    await base.next(tokens.slice(0, from), [1]);
    for (const name of NAMES) {
      const session = await engine.session(file(name));
      await session.next(tokens.slice(0, from), [1]);
      expect(session.usage.prefilled, name).toBe(4);
      await session.next(tokens.slice(0, from + 2), [1]);
      expect(session.usage.prefilled, name).toBe(4 + 2);
    }
  });

  it('generates what its own log-probabilities prefer', async () => {
    const session = await engine.session(file('first'));
    const prefix = probes[1]!.tokens.slice(0, probes[1]!.from);
    const { tokens } = await session.generate(prefix, { stop: '<|im_end|>', maxTokens: 5 });
    for (const [index, token] of tokens.entries()) {
      const [own, ...others] = await session.next([...prefix, ...tokens.slice(0, index)], [token, 1, 2, 3, 500, 4000]);
      expect(own).toBeGreaterThanOrEqual(Math.max(...others));
    }
  });

  it('is never applied to a prompt that does not invoke it, and the engine goes on', async () => {
    const session = await engine.session(file('first'));
    const prompt = engine.tokenize(`${SYSTEM}<|im_start|>user\nhello<|im_end|>\n`);
    const refused = { kind: 'input', message: expect.stringContaining('does not hold the invocation') };
    await expect(session.next(prompt, [1])).rejects.toMatchObject(refused);
    await expect(session.generate(prompt, { stop: '<|im_end|>', maxTokens: 2 })).rejects.toMatchObject(refused);
    const { tokens, from, id } = probes[0]!;
    expect((await session.logprobs(tokens, from))[0]).toBeCloseTo(peft.get('first')!.get(id)![0]!, 3);
  });

  it('is named in the file one token shorter than in PEFT: llama-server begins one token before what it finds', async () => {
    const { metadata } = await readGgufFileInfo(file('first').path);
    const { adapter } = metadata as unknown as { adapter: { alora: { invocation_tokens: number[] } } };
    expect(adapter.alora.invocation_tokens).toEqual(engine.tokenize('{"name": "').slice(1));
  });
});

const why = noLlamaServer();

describe.skipIf(why)(`llama-server${why ? ` (skipped: ${why})` : ''}`, () => {
  it('says what PEFT says of the base, plain and activated adapters, whoever used the cache before', async () => {
    const server = await openLlamaServer({
      server: { binary: LLAMA_SERVER, model: tiny.gguf, env: LLAMA_SERVER_ENV, threads: 1, kvType: 'f32' },
      tokenizer: await loadTokenizer(tiny.base),
      adapters: [...NAMES.map(file), tiny.adapters.alpha],
      contextSize: 512,
    });
    try {
      await expectPeftOf(server);
    } finally {
      await server.close();
    }
  });
});
