import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGgufFileInfo } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashBase } from '../../../core/base.ts';
import { type AdapterConversion, convertAdapters } from '../../../trainers/gguf/gguf-convert.ts';
import { ensureLlamaCppSource } from '../../../trainers/gguf/llama-cpp-source.ts';
import { tinyModel } from '../../fixtures/tiny-model.ts';
import { ENV, makeAdapters, PYTHON } from './gguf-adapters.ts';

let folder: string;
let base: string;
let baseHash: string;
const peft = (name: string) => join(folder, 'peft', name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gguf-adapter-'));
  ({ base } = await tinyModel());
  baseHash = await hashBase(base);
  const usual = { r: 4, alpha: 8 };
  await makeAdapters(base, [
    { ...usual, folder: peft('plain') },
    { r: 9, alpha: 6, rslora: true, folder: peft('rslora') },
    { ...usual, broken: 'rank', folder: peft('rank') },
    { ...usual, broken: 'name', folder: peft('name') },
    { ...usual, broken: 'shape', folder: peft('shape') },
    { ...usual, broken: 'half', folder: peft('half') },
    { ...usual, config: { use_dora: true }, folder: peft('dora') },
    { ...usual, config: { rank_pattern: { q_proj: 8 } }, folder: peft('pattern') },
    { ...usual, folder: peft('cut') },
  ]);
  await truncate(join(peft('cut'), 'adapter_model.safetensors'), 100);
});
afterAll(() => rm(folder, { recursive: true }));

async function convert(...adapters: Omit<AdapterConversion, 'path' | 'folder'>[]): Promise<string[]> {
  const source = await ensureLlamaCppSource({ env: ENV });
  const queue = adapters.map((adapter) => ({
    ...adapter,
    folder: peft(adapter.name),
    path: join(folder, `${adapter.name}.gguf`),
  }));
  const staging = join(folder, 'staging');
  const run = { source, base, baseHash, type: 'f32', staging, python: PYTHON, env: ENV } as const;
  return Array.fromAsync(convertAdapters({ ...run, adapters: queue }));
}

describe('convertAdapters', { timeout: 300_000 }, () => {
  it('converts a queue, with the scale that llama.cpp needs for rsLoRA', async () => {
    expect(await convert({ name: 'plain', baseHash }, { name: 'rslora' })).toEqual(['plain', 'rslora']);
    const alphaOf = async (name: string) => {
      const { metadata } = await readGgufFileInfo(join(folder, `${name}.gguf`));
      return (metadata as unknown as { adapter: { lora: { alpha: number } } }).adapter.lora.alpha;
    };
    expect(await alphaOf('plain')).toBe(8);
    expect(await alphaOf('rslora')).toBeCloseTo(6 * Math.sqrt(9), 5);
  });

  it('names nothing of this machine in the file', async () => {
    const { metadata } = await readGgufFileInfo(join(folder, 'plain.gguf'));
    expect(JSON.stringify(metadata)).not.toContain(tmpdir());
    expect((metadata as { general: { name: string } }).general.name).toBe('Plain');
  });

  it.each([
    ['rank', 'rank 6'],
    ['name', 'is not in the base'],
    ['shape', 'in the base'],
    ['half', 'only one half'],
    ['dora', 'use_dora'],
    ['pattern', 'rank_pattern'],
    ['cut', 'safetensors'],
  ])('refuses an adapter that does not fit: %s', async (name, message) => {
    await expect(convert({ name: 'plain' }, { name })).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining(message),
    });
    expect(existsSync(join(folder, `${name}.gguf`))).toBe(false);
    expect((await readdir(folder)).filter((file) => file.includes('partial'))).toEqual([]);
  });

  it('refuses an adapter of another base, naming both', async () => {
    const other = 'sha256:0000';
    const refused = convert({ name: 'plain', baseHash: other });
    await expect(refused).rejects.toThrow(other);
    await expect(refused).rejects.toThrow(baseHash);
  });
});
