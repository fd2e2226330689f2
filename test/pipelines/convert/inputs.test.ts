import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFileAtomic, writeJsonFile } from '../../../core/json-file.ts';
import { readManifest } from '../../../core/manifest.ts';
import { readInputs } from '../../../pipelines/convert/inputs.ts';
import { SettingsSchema } from '../../../pipelines/settings.ts';
import { stamp } from '../../fixtures/stamp.ts';

let workspace: string;
const at = (...parts: string[]) => join(workspace, ...parts);
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'inputs-'));
  await writeJsonFile(at('catalogue', 'catalogue.json'), { version: 1, servers: [], tools: [], hash: 'sha256:0' });
  const prompt = { settings: { descriptions: 'full' }, template: 't', tokenizer: 'k', renderer: 'r' };
  await writeJsonFile(at('samples', 'prompt.json'), prompt);
  await writeFileAtomic(at('samples', 'train', 'selector.jsonl'), '{}\n');
  await writeFileAtomic(at('adapters', 'selector', 'adapter_model.safetensors'), 'weights');
  for (const folder of ['catalogue', 'samples', 'adapters/selector']) await stamp(at(folder));
  const file = 'train/selector.jsonl';
  const inputs = { [file]: (await readManifest(at('samples')))!.files[file]! };
  const manifest = await readManifest(at('adapters', 'selector'));
  await writeJsonFile(at('adapters', 'selector', 'manifest.json'), { ...manifest, inputs });
});
afterEach(() => rm(workspace, { recursive: true, force: true }));

const read = () =>
  readInputs({ workspace, env: {}, serverEnv: {}, signal: new AbortController().signal }, SettingsSchema.parse({}));

test.each([
  ['catalogue/catalogue.json', 'pnpm pipeline discover --force'],
  ['samples/train/selector.jsonl', 'pnpm pipeline build-data --force'],
  ['adapters/selector/adapter_model.safetensors', 'pnpm train --recipe selector'],
])('does not convert where %s was changed by hand', async (file, command) => {
  expect((await read()).adapters.map(({ name }) => name)).toEqual(['selector']);
  await writeFileAtomic(at(file), 'other');
  await expect(read()).rejects.toMatchObject({
    details: { what: expect.stringContaining('changed since it was made'), todo: expect.stringContaining(command) },
  });
});

test('a broken manifest of an adapter does not leave the adapter out', async () => {
  await writeFileAtomic(at('adapters', 'selector', 'manifest.json'), '{');
  await expect(read()).rejects.toThrow('its manifest is broken');
});
