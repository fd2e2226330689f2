import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EMBEDDED_BASE, PROJECT_ROOT } from '../../core/project.ts';
import type { TrainerEvent } from '../../trainers/events.ts';
import { convertAdapters } from '../../trainers/gguf/gguf-convert.ts';
import { ensureLlamaCppSource } from '../../trainers/gguf/llama-cpp-source.ts';
import { peftTrainer } from '../../trainers/peft.ts';
import type { Trainer } from '../../trainers/trainer.ts';
import { TRL } from '../../trainers/trl.ts';
import { UNSLOTH } from '../../trainers/unsloth.ts';
import { ENV, eventsOf, lossesOf, pythonOf, trainJobs, writeJob } from './train-jobs.ts';
import { trainingSamples, writeSamples } from './training-samples.ts';

const PYTHON = join(PROJECT_ROOT, '.venv', 'bin', 'python');
const STAND_INS = join(import.meta.dirname, 'stand-ins');
/** Each process imports torch, transformers and TRL, which takes minutes on a busy machine. */
const TIMEOUT = 1_800_000;
/** All samples in each step: the order in which they are drawn decides nothing. */
const ONE_BATCH = {
  method: 'plain',
  batch_size: 6,
  micro_batch_size: 3,
  schedule: 'constant',
  warmup_ratio: 0,
  epochs: 3,
} as const;
let folder: string;
let trl: Trainer;
let python: string;
let events: TrainerEvent[];

const job = (name: string, values: Parameters<typeof writeJob>[2] = {}) =>
  writeJob(folder, name, { trainer: 'trl', method: 'plain', ...values });
const adapter = (name: string) => readFile(join(folder, name, 'adapter_model.safetensors'));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trl-'));
  await writeSamples(join(folder, 'train.jsonl'), trainingSamples('monolithic', 6, 1));
  await writeSamples(join(folder, 'validation.jsonl'), trainingSamples('monolithic', 2, 2));
  python = await pythonOf(TRL.places('none')[0]!);
  trl = TRL.open([python]);
  events = await trainJobs(trl, [
    await job('one-batch', ONE_BATCH),
    await job('too-long', { max_length: 20 }),
    await job('other-layers', { lora_target_modules: ['q_proj', 'c_attn'] }),
    await job('best', {
      keep: 'best',
      lr: 0.2, // good for one step, and ruinous after it
      eval_every: 0.25,
      schedule: 'constant',
      warmup_ratio: 0.9,
      max_steps: 4,
    }),
    await job('started', { start: '../one-batch', max_steps: 1, lr: 1e-9 }),
  ]);
}, TIMEOUT);
afterAll(() => rm(folder, { recursive: true, force: true }));

test(
  'the plain reference and our plain way take the same steps',
  async () => {
    const ours = await trainJobs(peftTrainer(PYTHON), [await writeJob(folder, 'ours', ONE_BATCH)]);
    const [theirs, expected] = [lossesOf(events, 'one-batch'), lossesOf(ours, 'ours')];
    expect(theirs).toHaveLength(3);
    for (const [at, loss] of theirs.entries()) expect(Math.abs(loss / expected[at]! - 1)).toBeLessThan(1e-4);
    const evaluated = (found: TrainerEvent[], name: string) =>
      eventsOf(found, 'eval', name).map(({ step, accuracy, samples, trained_tokens }) => ({
        step,
        accuracy,
        samples,
        trained_tokens,
      }));
    expect(evaluated(events, 'one-batch')).toEqual(evaluated(ours, 'ours'));
    const tokens = ({ tokens, trained_tokens, total }: { tokens: number; trained_tokens: number; total: number }) => ({
      tokens,
      trained_tokens,
      total,
    });
    expect(eventsOf(events, 'step', 'one-batch').map(tokens)).toEqual(eventsOf(ours, 'step', 'ours').map(tokens));
    const start = (found: TrainerEvent[], name: string) => tokens(eventsOf(found, 'start', name)[0]!);
    expect(start(events, 'one-batch')).toEqual(start(ours, 'ours'));
  },
  TIMEOUT,
);

test('a job that fails says why, names the sample, and fails alone', () => {
  expect(eventsOf(events, 'error')).toMatchObject([
    { job: 'too-long', kind: 'bad_data', where: expect.stringMatching(/train\.jsonl:1/) },
    { job: 'other-layers', kind: 'bad_job', message: 'the base has no linear layers of the name c_attn' },
  ]);
  expect(eventsOf(events, 'done').map(({ job }) => job)).toEqual(['one-batch', 'best', 'started']);
});

test('the adapter of the lowest validation loss is kept, and another one is started from', () => {
  const lowest = eventsOf(events, 'eval', 'best').toSorted((a, b) => a.loss - b.loss)[0]!;
  expect(lowest.step).toBeLessThan(4);
  expect(eventsOf(events, 'done', 'best')[0]).toMatchObject({ step: 4, kept: lowest.step });
  const [ended, started] = [eventsOf(events, 'eval', 'one-batch').at(-1)!, eventsOf(events, 'eval', 'started')[0]!];
  expect(Math.abs(started.loss - ended.loss)).toBeLessThan(1e-3);
});

test(
  'its adapter is PEFT’s two files, and converts',
  async () => {
    const config = JSON.parse(await readFile(join(folder, 'best', 'adapter_config.json'), 'utf8'));
    expect(config).toMatchObject({ r: 4, lora_alpha: 8, base_model_name_or_path: 'embedded-base' });
    const source = await ensureLlamaCppSource({ env: ENV });
    const path = join(folder, 'best.gguf');
    const adapters = [{ name: 'best', folder: join(folder, 'best'), path }];
    const run = { source, base: EMBEDDED_BASE, python: PYTHON, env: ENV, staging: join(folder, 'staging') };
    const queue = { ...run, baseHash: 'sha256:0', type: 'f32', adapters } as const;
    expect(await Array.fromAsync(convertAdapters(queue))).toEqual(['best']);
    expect(existsSync(path)).toBe(true);
  },
  TIMEOUT,
);

test(
  'stopped, and run again: ends with the bytes of an unbroken run',
  async () => {
    const values = { epochs: 3, max_steps: 5, eval_every: 0.5, keep: 'best', checkpoint_steps: 2 } as const;
    const whole = await trainJobs(trl, [await job('whole', values)]);
    const stop = new AbortController();
    const stopped: TrainerEvent[] = [];
    const path = await job('broken', values);
    const first = trainJobs(trl, [path], {
      signal: stop.signal,
      onEvent: (event) => {
        stopped.push(event);
        if (event.event === 'step' && event.step === 2) stop.abort();
      },
    });
    await expect(first).rejects.toMatchObject({ kind: 'interrupted' });
    const second = await trainJobs(trl, [path]);
    const { resumed } = eventsOf(second, 'start')[0]!;
    expect(resumed).toBe(eventsOf(stopped, 'checkpoint').at(-1)!.step);
    expect(resumed).toBeGreaterThanOrEqual(2);
    expect(lossesOf(second, 'broken')).toEqual(lossesOf(whole, 'whole').slice(resumed));
    expect(eventsOf(second, 'done')[0]!.kept).toBe(eventsOf(whole, 'done')[0]!.kept);
    expect((await adapter('broken')).equals(await adapter('whole'))).toBe(true);
  },
  TIMEOUT,
);

test(
  'Unsloth’s script does the same with what Unsloth gives it',
  async () => {
    const unsloth = UNSLOTH.open([python]);
    const found = await trainJobs(unsloth, [await job('unsloth', { ...ONE_BATCH, trainer: 'unsloth', max_steps: 2 })], {
      env: { PYTHONPATH: STAND_INS },
    });
    const expected = lossesOf(events, 'one-batch').slice(0, 1);
    const losses = lossesOf(found, 'unsloth');
    expect(losses).toHaveLength(2);
    expect(Math.abs(losses[0]! / expected[0]! - 1)).toBeLessThan(1e-4); // its adapter starts from other random numbers
    expect(losses[1]).toBeLessThan(losses[0]!);
    expect(eventsOf(found, 'done')).toHaveLength(1);
    expect(existsSync(join(folder, 'unsloth', 'adapter_model.safetensors'))).toBe(true);
  },
  TIMEOUT,
);
