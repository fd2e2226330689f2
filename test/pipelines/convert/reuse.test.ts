import { existsSync, statSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Bundle } from '../../../core/bundle.ts';
import { hashFile, hashText } from '../../../core/hash.ts';
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
let made: Bundle;
const bundle = () => join(folder, 'bundle');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reuse-'));
  await mkdir(bundle());
  const distance = { max: 0, mean: 0 };
  const parity = { tokens: 1, f32: distance, served: distance };
  made = {
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
afterEach(() => rm(folder, { recursive: true }));

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

test('a run that was killed as it took over goes on with it', async () => {
  const { parity, sha256 } = made.base;
  const effect = { peft: { max: 1, mean: 1 }, engine: { max: 1, mean: 1 } };
  const entry = (name: string) =>
    ({ name, task: 'selector', file: `${name}.gguf`, sha256, source: name, parity: { ...parity, effect } }) as const;
  const adapters = ['first', 'second'].map((name) => ({ ...entry(name), rank: 4, alpha: 8, rslora: false }));
  for (const { file } of adapters) await writeFile(join(bundle(), file), 'weights');
  await writeFile(join(bundle(), 'bundle.json'), JSON.stringify({ ...made, adapters }));
  const place = join(folder, 'place');
  const records = openProofRecords(place);
  await mkdir(place);
  await records.saveBase(made.base);
  await records.saveAdapter(adapters[0]!);
  const given = { ...inputs, adapters: adapters.map(({ name }) => ({ name, hash: name })) } as ConvertInputs;
  expect(await reuseBundle(bundle(), place, given, records)).toBe(2);
  expect(await records.adapter('second')).toEqual(adapters[1]);
  expect(existsSync(join(place, 'base.f32.gguf'))).toBe(false); // nothing is copied twice
  expect(await readFile(join(place, 'second.gguf'), 'utf8')).toBe('weights');
});

test('a file of the base is whole as soon as it has its name, whenever the run is killed', async () => {
  const [size, file] = [64 * 2 ** 20, join(bundle(), 'base.f32.gguf')];
  await writeFile(file, Buffer.alloc(size, 1));
  const base = { ...made.base, sha256: await hashFile(file) };
  await writeFile(join(bundle(), 'bundle.json'), JSON.stringify({ ...made, base }));
  const place = join(folder, 'place');
  await mkdir(place);
  let done = false;
  const reused = reuseBundle(bundle(), place, inputs, openProofRecords(place)).finally(() => {
    done = true;
  });
  const sizes = new Set<number>();
  while (!done) {
    sizes.add(statSync(join(place, 'base.f32.gguf'), { throwIfNoEntry: false })?.size ?? size);
    await setImmediate();
  }
  await reused;
  expect([...sizes]).toEqual([size]);
});
