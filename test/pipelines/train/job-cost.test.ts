import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jobCost } from '../../../pipelines/train/job-cost.ts';
import type { Recipe } from '../../../recipes/schema.ts';

test('what samples share is paid once a batch, and a batch holds samples that were augmented alike', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'cost-')), 'selector.jsonl');
  const line = (prompt: string, augmented?: object) =>
    `${JSON.stringify({ id: 'a', spans: [{ text: prompt.repeat(1000) }, { text: 'x' }], meta: { ...(augmented && { augmented }) } })}\n`;
  const cost = async (lines: string[]) => {
    await writeFile(path, lines.join(''));
    const recipe = { method: 'shared-prefix', batch_size: 4, epochs: 1, min_steps: 0, max_steps: null };
    return jobCost(recipe as unknown as Recipe, [path]);
  };
  const plain = await cost(Array.from({ length: 4 }, () => line('a')));
  const mixed = await cost([line('a'), line('b', { mask: 0 }), line('a'), line('b', { mask: 0 })]);
  expect(plain).toBeLessThan(1200);
  expect(mixed).toBeGreaterThan(2 * 1000);
  expect(mixed).toBeLessThan(2 * 1200);
});
