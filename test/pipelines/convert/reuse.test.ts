import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bundle } from '../../../core/bundle.ts';
import { hashText } from '../../../core/hash.ts';
import type { ConvertInputs } from '../../../pipelines/convert/inputs.ts';
import { openProofRecords } from '../../../pipelines/convert/proof-records.ts';
import { reuseBundle } from '../../../pipelines/convert/reuse.ts';
import { stamp } from '../../fixtures/stamp.ts';

const PROMPT = { settings: { descriptions: 'full' }, template: 't', tokenizer: 'k', renderer: 'r' } as const;
const inputs = {
  baseHash: 'base',
  type: 'f32',
  release: 'b1',
  prompt: PROMPT,
  adapters: [] as object[],
} as ConvertInputs;
let folder: string;
const bundle = () => join(folder, 'bundle');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reuse-'));
  await mkdir(bundle());
  const distance = { max: 0, mean: 0 };
  const parity = { tokens: 1, f32: distance, served: distance };
  const made: Bundle = {
    version: 1,
    base: { file: 'base.f32.gguf', type: 'f32', sha256: hashText('weights'), source: 'base', parity },
    prompt: PROMPT,
    catalogue: 'c',
    llamaCpp: 'b1',
    adapters: [],
  };
  await writeFile(join(bundle(), 'base.f32.gguf'), 'weights');
  await writeFile(join(bundle(), 'bundle.json'), JSON.stringify(made));
  await writeFile(join(bundle(), 'choices.jsonl'), '{"right":true}\n');
  await stamp(bundle());
});
afterAll(() => rm(folder, { recursive: true }));

async function reuse(name: string, given = inputs): Promise<string> {
  const place = join(folder, name);
  await mkdir(place);
  await reuseBundle(bundle(), place, given, openProofRecords(place));
  return join(place, 'choices.jsonl');
}

test('trials are taken over with the base that they were made on, unless somebody edited them', async () => {
  expect(await readFile(await reuse('same'), 'utf8')).toBe('{"right":true}\n');
  expect(existsSync(await reuse('another base', { ...inputs, baseHash: 'another' }))).toBe(false);
  await appendFile(join(bundle(), 'choices.jsonl'), '{"right":true}\n');
  expect(existsSync(await reuse('edited'))).toBe(false);
});
