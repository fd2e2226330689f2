import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { openTrainers } from '../../../pipelines/train/open-trainers.ts';
import type { Recipe } from '../../../recipes/schema.ts';

const context = { workspace: '.', env: { PATH: '/nowhere' }, serverEnv: {}, signal: new AbortController().signal };

test('a GPU that CUDA_VISIBLE_DEVICES hides is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hidden-'));
  await writeFile(join(folder, 'nvidia-smi'), '#!/bin/sh\necho 0, GPU-aaaa, 81559, 81000\n', { mode: 0o755 });
  const env = { PATH: `${folder}${delimiter}${process.env.PATH}`, CUDA_VISIBLE_DEVICES: '' };
  const wanted = new Map([['only', { trainer: 'unsloth', quantization: 'none' } as const]]);
  await expect(openTrainers(wanted, { ...context, env }, 'local').next()).rejects.toThrow(/NVIDIA GPU only/);
  await rm(folder, { recursive: true });
});

test('a trainer that this machine cannot run is refused before anything is fetched for any', async () => {
  for (const trainer of ['unsloth', 'axolotl'] as const) {
    const wanted = new Map<string, Pick<Recipe, 'trainer' | 'quantization'>>([
      ['first', { trainer: 'trl', quantization: 'nf4' }],
      ['second', { trainer, quantization: 'none' }],
    ]);
    const opening = openTrainers(wanted, context, 'local');
    await expect(opening.next()).rejects.toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(new RegExp(`${trainer}. runs on an NVIDIA GPU only[^]*peft or trl`)),
    });
  }
});
