import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashFile } from '../../../core/hash.ts';
import { chooseRenewed, keysIn, withRenewedSamples } from '../../../pipelines/train/renewed-samples.ts';
import type { Job } from '../../../trainers/job.ts';

/** Folder of the adapter, beside the samples. */
let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'renewed-')), 'selector');
  await mkdir(folder);
  await writeFile(join(folder, 'learned.json'), JSON.stringify(known(20)));
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

const known = (count: number) => Array.from({ length: count }, (_, at) => `known-${at}`);
const fresh = (count: number) => Array.from({ length: count }, (_, at) => `new-${at}`);

/** Its text has a letter at which some readers break lines. */
function sampleLine(key: string, augmented?: object): string {
  return JSON.stringify({ id: key, spans: [{ text: 'x\u2028y', train: true }], meta: { trace: key, key, augmented } });
}

/** A job that goes on for so many passes, in batches of 4, with files of these lines. */
async function jobOf(files: readonly (readonly string[])[], members: Partial<Job>): Promise<Job> {
  const train = files.map((_, at) => `../train-${at}.jsonl`);
  const hashes: Record<string, string> = { '../validation.jsonl': 'v' };
  for (const [at, lines] of files.entries()) {
    const path = join(folder, train[at]!);
    await writeFile(path, lines.map((line) => `${line}\n`).join(''));
    hashes[train[at]!] = await hashFile(path);
  }
  const rest = { trainer: 'peft', seed: 1, batch_size: 4, min_steps: 0, max_steps: null, eval_every: 1 };
  return { ...rest, train, validation: ['../validation.jsonl'], hashes, ...members } as Job;
}

/** The keys that the adapter goes on with, by file. */
async function drawn(job: Job): Promise<{ keys: string[][]; steps: number; renewed: Job }> {
  const chosen = (await chooseRenewed(job, folder))!;
  const renewed = await withRenewedSamples(job, folder, chosen);
  const files = await Promise.all(renewed.train.map((file) => readFile(join(folder, file), 'utf8')));
  const keys = files.map((text) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).meta.key as string),
  );
  return { keys, steps: chosen.steps, renewed };
}

const lines = (keys: readonly string[], augmented?: object) => keys.map((key) => sampleLine(key, augmented));
const isNew = (key: string) => key.startsWith('new');

test('an adapter goes on with all that it has not learned, and with others to fill up its part of a pass', async () => {
  const job = await jobOf([lines([...known(20), ...fresh(2)])], { epochs: 0.5 });
  const { keys, steps, renewed } = await drawn(job);
  expect(keys[0]!.filter(isNew)).toEqual(fresh(2));
  expect([steps, new Set(keys[0]).size]).toEqual([3, 12]);
  expect(renewed).toMatchObject({ epochs: 1, eval_every: 2 });
  expect(renewed.hashes).toEqual({
    '../validation.jsonl': 'v',
    [renewed.train[0]!]: await hashFile(join(folder, renewed.train[0]!)),
  });
});

test('with all that is new, where that is more than its part, but never more steps than it may take', async () => {
  const files = [lines([...known(20), ...fresh(16)])];
  const { keys, steps } = await drawn(await jobOf(files, { epochs: 0.2 }));
  expect([steps, keys[0]!.filter(isNew).length]).toEqual([4, 16]);
  const limited = (await chooseRenewed(await jobOf(files, { epochs: 0.2, max_steps: 2 }), folder))!;
  expect([limited.steps, limited.lines[0]!.length]).toEqual([2, 8]);
  expect(limited.learned.filter(isNew)).toHaveLength(8);
});

test('files and prompts stay apart, each with whole batches', async () => {
  const files = [
    [...lines(known(10)), ...lines(known(10), { mask: 1 }), ...lines(fresh(1), { mask: 1 })],
    lines(known(8)),
  ];
  const { keys, steps } = await drawn(await jobOf(files, { epochs: 0.4 }));
  // Of 3, 3 and 2 batches; the new one's has three others of its prompt.
  expect(steps).toBe(4);
  expect(keys.flat().filter(isNew)).toEqual(fresh(1));
  const most = await drawn(await jobOf(files, { epochs: 0.99 }));
  expect(most.keys.map(({ length }) => length)).toEqual([21, 8]);
});

test('where nothing says what it learned, all is new', async () => {
  await rm(join(folder, 'learned.json'));
  const { keys, steps } = await drawn(await jobOf([lines(known(20))], { epochs: 0.1 }));
  expect([steps, keys[0]!.length]).toEqual([5, 20]);
});

test('lines that are no samples are new: the trainer refuses them', async () => {
  const job = await jobOf([[...lines(known(20)), 'no json']], { epochs: 0.3 });
  const chosen = (await chooseRenewed(job, folder))!;
  expect(chosen.lines[0]).toContain(21);
  expect(await keysIn(folder, job)).toEqual(known(20).sort());
});

test('samples that have changed since they were chosen are left to the trainer, which refuses them', async () => {
  const job = await jobOf([lines(known(20))], { epochs: 0.5 });
  const chosen = (await chooseRenewed(job, folder))!;
  await writeFile(join(folder, job.train[0]!), '');
  expect(await withRenewedSamples(job, folder, chosen)).toBe(job);
  await rm(join(folder, job.train[0]!));
  expect(await withRenewedSamples(job, folder, chosen)).toBe(job);
  expect(await chooseRenewed(job, folder)).toBeUndefined();
});
