import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PEFT } from '../../trainers/peft.ts';
import { eventsOf, lossesOf, pythonOf, trainJobs, writeJob } from './train-jobs.ts';
import { trainingSamples, writeSamples } from './training-samples.ts';

/** Each process imports torch, transformers and TRL, which takes minutes on a busy machine. */
const TIMEOUT = 1_800_000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nf4-'));
  await writeSamples(join(folder, 'train.jsonl'), trainingSamples('monolithic', 4, 1));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test(
  'a base in 4 bits trains an adapter for it, by both methods alike, and a whole one after it in the same process',
  async () => {
    const job = (name: string, values: object) => writeJob(folder, name, { validation: [], max_steps: 3, ...values });
    const events = await trainJobs(PEFT.open([await pythonOf(PEFT.places('nf4')[0]!)]), [
      await job('four', { quantization: 'nf4' }),
      await job('four-plain', { quantization: 'nf4', method: 'plain' }),
      await job('whole', {}),
    ]);
    expect(eventsOf(events, 'error')).toEqual([]);
    const [four, plain, whole] = ['four', 'four-plain', 'whole'].map((name) => lossesOf(events, name));
    expect(four!.at(-1)).toBeLessThan(four![0]!);
    // It multiplies in bfloat16, whose last digit is 1/256.
    for (const [at, loss] of four!.entries()) expect(Math.abs(loss / plain![at]! - 1)).toBeLessThan(5e-3);
    const gap = Math.abs(four![0]! / whole![0]! - 1);
    expect(gap).toBeGreaterThan(1e-4); // the base is another one,
    expect(gap).toBeLessThan(0.1); // but nearly the same
    const sizes = ['four', 'whole'].map(
      async (name) => (await readFile(join(folder, name, 'adapter_model.safetensors'))).length,
    );
    expect(new Set(await Promise.all(sizes)).size).toBe(1);
  },
  TIMEOUT,
);
