import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureLlamaCppSource } from '../../../trainers/gguf/llama-cpp-source.ts';
import { ENV } from './gguf-adapters.ts';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'llama-source-'));
});
afterEach(() => rm(cache, { recursive: true }));

describe('ensureLlamaCppSource', () => {
  it('unpacks the conversion scripts once, also when two ask at the same time', async () => {
    const [one, two] = await Promise.all([
      ensureLlamaCppSource({ env: ENV, cache }),
      ensureLlamaCppSource({ env: ENV, cache }),
    ]);
    expect(one).toEqual(two);
    expect(await readdir(cache)).toEqual([`llama.cpp-${one.release}`]);
    for (const path of ['convert_hf_to_gguf.py', 'convert_lora_to_gguf.py', 'conversion/qwen.py', 'gguf-py/gguf']) {
      expect(existsSync(join(one.folder, path)), path).toBe(true);
    }
    expect(existsSync(join(one.folder, '.git'))).toBe(false);
    // No git is needed any more.
    expect(await ensureLlamaCppSource({ env: {}, cache })).toEqual(one);
  });

  it('says that git is missing, and leaves nothing', async () => {
    const failure = ensureLlamaCppSource({ env: { PATH: cache }, cache });
    await expect(failure).rejects.toMatchObject({ kind: 'environment', message: expect.stringContaining('git') });
    expect(await readdir(cache)).toEqual([]);
  });
});
