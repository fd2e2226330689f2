import { stat } from 'node:fs/promises';
import { getLlama, type Llama, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { AdapterFile, Engine } from '../../../runtime/engine.ts';
import { bytesOf, contextBytes, type MemoryLimit } from '../../../runtime/llama-cpp/memory.ts';
import { openLlamaCpp } from '../../../runtime/llama-cpp.ts';
import { type TinyModel, tinyModel } from '../../fixtures/tiny-model.ts';

const PROMPT = '<|im_start|>system\nRead the file, then list the directory.<|im_end|>\n<|im_start|>user\nread a.txt';
const OPTIONS = { contextSize: 512, batchSize: 128, flashAttention: false } as const;

let tiny: TinyModel;
let llama: Llama;
let model: LlamaModel;
beforeAll(async () => {
  tiny = await tinyModel();
  llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: LlamaLogLevel.error });
  model = await llama.loadModel({ modelPath: tiny.gguf });
});
afterAll(async () => {
  await model?.dispose();
  await llama?.dispose();
});

let engine: Engine | undefined;
afterEach(() => engine?.close());

const open = async (memory?: MemoryLimit) => {
  engine = await openLlamaCpp({ model: tiny.gguf, contextSize: 512, threads: 1, gpu: false, memory });
  return engine;
};

/** Asks, and says how many tokens had to be evaluated for it. */
async function ask(on: Engine, adapter?: AdapterFile): Promise<{ tokens: number[]; prefilled: number }> {
  const session = await on.session(adapter);
  const { tokens } = await session.generate(on.tokenize(PROMPT), { stop: '<|im_end|>', maxTokens: 6 });
  return { tokens, prefilled: session.usage.prefilled };
}

test('with room for two contexts a third closes the oldest, and answers stay right', async () => {
  const { alpha, beta, gamma } = tiny.adapters;
  const free = await open({ bytes: Number.MAX_SAFE_INTEGER });
  const right = new Map<string, number[]>();
  for (const adapter of [alpha, beta, gamma]) right.set(adapter.name, (await ask(free, adapter)).tokens);
  expect(new Set([...right.values()].map(String)).size).toBe(3);
  await free.close();

  const one = await contextBytes(model, OPTIONS, alpha.path);
  const narrow = await open({ bytes: 2.5 * one });
  const whole = narrow.tokenize(PROMPT).length;
  const asked = [
    [alpha, 'cold'],
    [beta, 'cold'],
    [alpha, 'warm'],
    [gamma, 'cold'], // closes beta
    [alpha, 'warm'],
    [beta, 'cold'], // closes gamma
    [alpha, 'warm'],
    [gamma, 'cold'],
  ] as const;
  for (const [adapter, expected] of asked) {
    const { tokens, prefilled } = await ask(narrow, adapter);
    expect(tokens).toEqual(right.get(adapter.name));
    expect(prefilled === whole ? 'cold' : 'warm', adapter.name).toBe(expected);
  }
});

test('one context is open however little it may take', async () => {
  const narrow = await open({ bytes: 1 });
  const whole = narrow.tokenize(PROMPT).length;
  for (const adapter of [tiny.adapters.alpha, tiny.adapters.beta, undefined])
    expect((await ask(narrow, adapter)).prefilled).toBe(whole);
  expect((await ask(narrow)).prefilled).toBeLessThan(whole);
});

test('the size of a context grows with its length and its type, and holds the adapter', async () => {
  const size = (more: object, path?: string) => contextBytes(model, { ...OPTIONS, ...more }, path);
  const own = await size({});
  // Of 2 layers: keys and values of 16 bits.
  const cache = 512 * 2 * 2 * 64 * 2;
  expect(own).toBeGreaterThanOrEqual(cache / 4);
  expect(await size({ contextSize: 4096 })).toBeGreaterThan(own);
  expect(await size({ experimentalKvCacheKeyType: 'F32' })).toBeGreaterThan(own);
  expect(await size({}, tiny.adapters.alpha.path)).toBe(own + (await stat(tiny.adapters.alpha.path)).size);
});

test('a share is of what is free', async () => {
  const whole = await bytesOf(llama, { share: 1 });
  expect(whole).toBeGreaterThan(2 ** 20);
  expect((await bytesOf(llama)) / whole).toBeCloseTo(0.5, 1);
  expect(await bytesOf(llama, { bytes: 7 })).toBe(7);
});
