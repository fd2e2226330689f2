import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeJsonFile } from '../../../core/json-file.ts';
import { EMBEDDED_BASE } from '../../../core/project.ts';
import { hashTokenizer } from '../../../core/tokenizer.ts';
import { loadSettings } from '../../../pipelines/settings.ts';
import { planJobs } from '../../../pipelines/train/plan-jobs.ts';
import { stamp } from '../../fixtures/stamp.ts';
import { trainingSamples, writeSamples } from '../../trainers/training-samples.ts';

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'prompts-'));
  await writeJsonFile(join(workspace, 'catalogue', 'catalogue.json'), {
    version: 1,
    servers: [],
    tools: [],
    hash: 'sha256:0',
  });
  await stamp(join(workspace, 'catalogue'));
  await writeSamples(join(workspace, 'samples', 'train', 'selector.jsonl'), trainingSamples('selector', 2, 1));
});
afterEach(() => rm(workspace, { recursive: true, force: true }));

async function plan(tokenizer: string) {
  const prompt = { settings: { descriptions: 'full' }, template: 'sha256:0', tokenizer, renderer: 'sha256:0' };
  await writeJsonFile(join(workspace, 'samples', 'prompt.json'), prompt);
  await stamp(join(workspace, 'samples'));
  const context = { workspace, env: {}, serverEnv: {}, signal: new AbortController().signal };
  return planJobs(context, await loadSettings(context), { recipes: ['selector'] });
}

test('samples that were built for another base are not trained on', async () => {
  expect(await plan(await hashTokenizer(EMBEDDED_BASE))).toHaveLength(1);
  await expect(plan('sha256:other')).rejects.toMatchObject({
    kind: 'input',
    details: { where: EMBEDDED_BASE, found: await hashTokenizer(EMBEDDED_BASE) },
  });
});
