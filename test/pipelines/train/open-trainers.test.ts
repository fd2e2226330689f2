import { expect, test } from 'vitest';
import { openTrainers } from '../../../pipelines/train/open-trainers.ts';
import type { Recipe } from '../../../recipes/schema.ts';

const context = { workspace: '.', env: { PATH: '/nowhere' }, serverEnv: {}, signal: new AbortController().signal };

test('a trainer that does not run on what is trained on is refused before anything is fetched for any', async () => {
  for (const trainer of ['unsloth', 'axolotl'] as const) {
    const wanted = new Map<string, Pick<Recipe, 'trainer' | 'quantization'>>([
      ['first', { trainer: 'trl', quantization: 'nf4' }],
      ['second', { trainer, quantization: 'none' }],
    ]);
    const opening = openTrainers(wanted, context, { device: 'cpu' });
    await expect(opening.next()).rejects.toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(new RegExp(`${trainer}. runs on an NVIDIA GPU only[^]*peft or trl`)),
    });
  }
});
