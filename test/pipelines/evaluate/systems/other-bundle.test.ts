import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BundleSchema } from '../../../../core/bundle.ts';
import { otherBundle } from '../../../../pipelines/evaluate/systems/other-bundle.ts';
import { evaluationWorkspace } from '../evaluation-workspace.ts';

test('takes adapters on the same base, prompts and tools, and no others', async () => {
  const { workspace } = (await evaluationWorkspace()).context;
  const own = BundleSchema.parse(JSON.parse(await readFile(join(workspace, 'bundle', 'bundle.json'), 'utf8')));
  expect(await otherBundle(workspace, own, 'bundle')).toEqual({ bundle: own, folder: join(workspace, 'bundle') });
  const refused = (changes: object) => otherBundle(workspace, { ...own, ...changes }, 'bundle');
  await expect(refused({ base: { ...own.base, sha256: 'x' } })).rejects.toThrow('is for other weights');
  await expect(refused({ prompt: { ...own.prompt, renderer: 'x' } })).rejects.toThrow('is for other prompts');
  await expect(refused({ catalogue: 'x' })).rejects.toThrow('is for other tools');
});
