import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, BundleSchema } from '../../core/bundle.ts';
import type { StageEvent } from '../../core/event.ts';
import { hashFile } from '../../core/hash.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { stageState } from '../../core/stage.ts';
import { loadTokenizer } from '../../core/tokenizer.ts';
import { convert, planConvert } from '../../pipelines/convert.ts';
import { type Settings, SettingsSchema } from '../../pipelines/settings.ts';
import { tinyModel } from '../fixtures/tiny-model.ts';
import { type ConvertWorkspace, convertWorkspace } from './convert/convert-workspace.ts';

/** Each run starts three Python processes: seconds on an idle machine. */
const PATIENCE = { timeout: 300_000 };

let folder: string;
let place: ConvertWorkspace;
let settings: Settings;
const bundlePath = (...names: string[]) => join(folder, 'bundle', ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convert-'));
  const { base } = await tinyModel();
  place = await convertWorkspace(folder, base);
  settings = SettingsSchema.parse({ base, convert: { type: 'q8_0' } });
}, PATIENCE.timeout);
afterAll(() => rm(folder, { recursive: true }));

async function run(): Promise<StageEvent[]> {
  return Array.fromAsync(convert(place.context, settings));
}

const readBundle = () => readJsonFile(bundlePath('bundle.json'), BundleSchema);

describe('convert', () => {
  it('says that there is nothing to convert yet', async () => {
    await expect(planConvert(place.context, settings)).rejects.toThrow('there is no trained adapter');
  });

  it('refuses a no-op adapter by name; no bundle is made, the others are kept', PATIENCE, async () => {
    await place.train('selector', { r: 4, alpha: 8, seed: 1 });
    await place.train('arguments-s-read', { r: 9, alpha: 6, rslora: true, seed: 2 });
    await place.train('arguments-s-write', { r: 4, alpha: 8, strength: 0 });
    await expect(run()).rejects.toThrow(/arguments-s-write.*max change of the base by the adapter/s);
    expect(existsSync(bundlePath())).toBe(false);
    expect(await readdir(join(folder, 'bundle.partial', 'adapters'))).toEqual([
      'arguments-s-read.gguf',
      'selector.gguf',
    ]);
    expect((await stageState(await planConvert(place.context, settings))).state).toBe('incomplete');
  });

  it('makes a bundle whose adapters say what they say in PEFT, with rsLoRA and activated too', PATIENCE, async () => {
    const invocation = (await loadTokenizer(settings.base)).encode(' "arguments":');
    const config = { alora_invocation_tokens: invocation };
    await place.train('arguments-s-write', { r: 4, alpha: 8, seed: 3, config });
    const events = await run();
    expect(events.at(-1)).toMatchObject({ type: 'done', counts: { adapters: 3 } });
    const bundle = await readBundle();
    expect(bundle.adapters.map(({ name, task, tool }) => [name, task, tool])).toEqual([
      ['selector', 'selector', undefined],
      ['arguments-s-read', 'arguments', 's.read'],
      ['arguments-s-write', 'arguments', 's.write'],
    ]);
    expect(bundle.adapters[1]).toMatchObject({ rank: 9, alpha: 6, rslora: true });
    expect(bundle.adapters.map((adapter) => adapter.invocation)).toEqual([undefined, undefined, invocation]);
    await expectWhole(bundle);
    const { calibration } = bundle;
    expect(calibration).toMatchObject({
      n: 33,
      temperature: expect.any(Number),
      source: expect.stringMatching(/^sha256:/),
    });
    expect(calibration!.logLoss.after).toBeLessThanOrEqual(calibration!.logLoss.before + 0.05);
    expect(events).toContainEqual({ type: 'data', stage: 'convert', data: { calibration } });
    expect(await readdir(bundlePath('launch'))).toEqual(
      expect.arrayContaining(['Modelfile.selector', 'README.md', 'llama-server.sh', 'vllm.sh']),
    );
    for (const { parity } of bundle.adapters) {
      expect(parity.f32.max).toBeLessThan(1e-4);
      expect(parity.served.mean).toBeGreaterThan(parity.f32.mean);
      expect(parity.effect.engine.max).toBeGreaterThan(0.1);
    }
  });

  it('is skipped when nothing has changed', async () => {
    const before = await stat(bundlePath('bundle.json'));
    expect((await run()).map(({ type }) => type)).toEqual(['skipped']);
    expect((await stat(bundlePath('bundle.json'))).mtimeMs).toBe(before.mtimeMs);
  });

  it('takes over what did not change, without converting it again', async () => {
    const before = await readBundle();
    await rm(join(folder, 'adapters', 'arguments-s-read'), { recursive: true });
    const start = performance.now();
    const events = await run();
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(events.at(-1)).toMatchObject({ type: 'done', counts: { adapters: 2, reused: 2 } });
    const bundle = await readBundle();
    expect(bundle.calibration).toEqual(before.calibration);
    expect(events.some(({ type }) => type === 'data')).toBe(false);
    expect(bundle.adapters).toEqual(before.adapters.filter(({ name }) => name !== 'arguments-s-read'));
    await expectWhole(bundle);
  });
});

/** The folder holds what the bundle names, and nothing else. */
async function expectWhole(bundle: Bundle): Promise<void> {
  for (const { file, sha256 } of [bundle.base, ...bundle.adapters]) {
    expect(await hashFile(bundlePath(file)), file).toBe(sha256);
  }
  const files = ['adapters', 'base.q8_0.gguf', 'bundle.json', 'launch', 'manifest.json'];
  expect((await readdir(bundlePath())).sort()).toEqual(files);
  expect((await readdir(bundlePath('adapters'))).length).toBe(bundle.adapters.length);
  expect(existsSync(join(folder, 'bundle.partial'))).toBe(false);
}
