import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeJsonFile } from '../../../core/json-file.ts';
import type { Catalogue } from '../../../core/tool.ts';
import { trainedAdapters } from '../../../pipelines/convert/trained-adapters.ts';

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'trained-'));
});
afterEach(() => rm(workspace, { recursive: true, force: true }));

const CATALOGUE: Catalogue = { version: 1, servers: [], tools: [], hash: 'sha256:0' };

interface Made {
  inputs?: Record<string, string>;
  files?: Record<string, string>;
}

async function complete(folder: string, { inputs = {}, files = {} }: Made): Promise<void> {
  const rest = { version: 1, stage: folder, settings: {}, seed: 1, toolVersions: {}, counts: {}, hash: 'sha256:1' };
  await writeJsonFile(join(workspace, folder, 'manifest.json'), { ...rest, inputs, files });
}

test('adapters of other samples than there are now are refused by name', async () => {
  await complete('adapters/selector', { inputs: { 'train/selector.jsonl': 'sha256:a' } });
  await complete('adapters/monolithic', { inputs: { 'train/monolithic.jsonl': 'sha256:b' } });
  const names = async () => (await trainedAdapters(workspace, CATALOGUE)).map(({ name }) => name);

  await complete('samples', { files: { 'train/selector.jsonl': 'sha256:a', 'train/monolithic.jsonl': 'sha256:b' } });
  expect(await names()).toEqual(['selector', 'monolithic']);

  await complete('samples', { files: { 'train/selector.jsonl': 'sha256:c', 'train/monolithic.jsonl': 'sha256:b' } });
  await expect(names()).rejects.toMatchObject({
    kind: 'input',
    details: { found: 'selector', todo: expect.stringContaining('train again') },
  });

  await complete('samples', { files: {} });
  await expect(names()).rejects.toMatchObject({ details: { found: 'selector, monolithic' } });
});
