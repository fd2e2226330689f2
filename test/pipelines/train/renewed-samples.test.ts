import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashFile } from '../../../core/hash.ts';
import { withRenewedSamples, writeLearned } from '../../../pipelines/train/renewed-samples.ts';
import type { Job } from '../../../trainers/job.ts';

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'renewed-'));
  await mkdir(place('older'));
  await mkdir(place('job'));
});
afterEach(() => rm(workspace, { recursive: true }));

const place = (name: string) => join(workspace, name);
const TRAIN = '../train.jsonl';

/** Writes samples with these keys. @returns a job that goes on with them */
async function jobOf(keys: readonly string[], epochs: number): Promise<Job> {
  // A letter at which some readers break lines.
  const rows = keys.map((key, at) => ({
    id: `sample-${at}`,
    task: 'selector',
    spans: [{ text: 'x\u2028y', train: true }],
    meta: { trace: `trace-${at}`, steps: [0], split: 'train', catalogue: 'c', key },
  }));
  await writeFile(join(place('job'), TRAIN), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const hashes = { [TRAIN]: await hashFile(join(place('job'), TRAIN)) };
  return { train: [TRAIN], hashes, epochs, seed: 1 } as unknown as Job;
}

const known = Array.from({ length: 20 }, (_, at) => `known-${at}`);

/** The keys that the adapter goes on with, after it learned `known`. */
async function drawn(keys: readonly string[], epochs: number): Promise<string[]> {
  await writeLearned(place('older'), await jobOf(known, 1));
  const renewed = await withRenewedSamples(await jobOf(keys, epochs), place('job'), place('older'));
  expect(renewed.epochs).toBe(1);
  const [file] = renewed.train;
  expect(renewed.hashes[file!]).toBe(await hashFile(join(place('job'), file!)));
  const lines = (await readFile(join(place('job'), file!), 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line).meta.key);
}

test('what an adapter has not learned yet it goes on with, and with as many others as make up its share of a pass', async () => {
  const found = await drawn([...known, 'new-1', 'new-2'], 0.5);
  expect(found.filter((key) => key.startsWith('new'))).toEqual(['new-1', 'new-2']);
  expect(found).toHaveLength(11);
  expect(new Set(found).size).toBe(11);
});

test('all that is new, where that is more than its share', async () => {
  const many = Array.from({ length: 15 }, (_, at) => `new-${at}`);
  expect(await drawn([...known, ...many], 0.2)).toEqual(many);
});

test('a share of what it knows, where nothing is new', async () => {
  expect(await drawn(known, 0.25)).toHaveLength(5);
});

test('where nothing says what it learned, all is new', async () => {
  const renewed = await withRenewedSamples(await jobOf(known, 0.1), place('job'), place('older'));
  const text = await readFile(join(place('job'), renewed.train[0]!), 'utf8');
  expect(text.trimEnd().split('\n')).toHaveLength(20);
});

test('samples that have changed since the job was planned are refused', async () => {
  const job = await jobOf(known, 0.5);
  await writeFile(join(place('job'), TRAIN), '');
  await expect(withRenewedSamples(job, place('job'), place('older'))).rejects.toThrow('changed since');
});
