import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashText } from '../../../core/hash.ts';
import { openJob } from '../../../pipelines/train/open-job.ts';
import type { PlannedJob } from '../../../pipelines/train/plan-job.ts';
import type { RenewedSamples } from '../../../pipelines/train/renewed-samples.ts';

let workspace: string;

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'open-job-'));
});
afterEach(() => rm(workspace, { recursive: true }));

interface Members {
  job?: object;
  recipe?: object;
  renewed?: RenewedSamples;
}

/** Opens the selector's job, and leaves it as a run that is killed then. @returns its folder */
async function open(renews?: string, { job = { name: 'selector' }, recipe, renewed }: Members = {}): Promise<string> {
  const plan = { stage: 'train selector', folder: join(workspace, 'selector'), inputs: {}, settings: {}, seed: 1 };
  const loaded = { recipe: { renew: 0.2, epochs: 2, ...recipe } };
  const planned = { plan, renews, renewed, recipe: loaded, job: { train: [], ...job } } as unknown as PlannedJob;
  const context = { workspace, env: {}, serverEnv: {}, signal: new AbortController().signal };
  const opened = await openJob(planned, context, { threads: 1 });
  if (opened === 'fresh') throw new Error('nothing is there yet');
  await opened.place.release();
  return opened.place.folder;
}

const read = async (folder: string, file: string) => JSON.parse(await readFile(join(folder, file), 'utf8'));

test('what is trained from nothing, after a run that went on from an older one was killed, says no start', async () => {
  expect(await read(await open('older'), 'start.json')).toEqual({ adapter: 'selector', hash: 'older' });
  expect(existsSync(join(await open(), 'start.json'))).toBe(false);
});

/** A job of these samples, and the hash of their file. */
async function selectorJob(samples: string) {
  await writeFile(join(workspace, 'train.jsonl'), samples);
  const train = ['../train.jsonl'];
  const hashes = { '../train.jsonl': hashText(samples) };
  return { name: 'selector', train, validation: [], hashes, seed: 1, epochs: 2, max_steps: null, eval_every: 1 };
}
const SAMPLES = ['old', 'new'].map((key) => `${JSON.stringify({ meta: { key } })}\n`).join('');

test('one that goes on for less than a pass has samples of its own, and says which and what it has learned', async () => {
  const renewed = { lines: [[2]], learned: ['new', 'old'], steps: 1, epochs: 0.5 };
  const folder = await open('older', { job: { ...(await selectorJob(SAMPLES)), epochs: 0.5 }, renewed });
  const job = await read(folder, 'job.json');
  expect(job).toMatchObject({ epochs: 1, eval_every: 2, train: [expect.not.stringContaining('train.jsonl')] });
  expect(await readFile(join(folder, job.train[0]), 'utf8')).toBe('{"meta":{"key":"new"}}\n');
  expect(await read(folder, 'learned.json')).toEqual(['new', 'old']);
  expect(await read(folder, 'start.json')).toEqual({ adapter: 'selector', hash: 'older', lines: [[2]] });
});

test('what it learned from nothing is told where it may go on for less than a pass, and saw all of it', async () => {
  const job = await selectorJob(SAMPLES);
  expect(await read(await open(undefined, { job }), 'learned.json')).toEqual(['new', 'old']);
  for (const [other, recipe] of [
    [{ ...job, max_steps: 1 }, {}],
    [job, { epochs: 0.5 }],
    [job, { renew: 0.5 }],
    [job, { renew: undefined }],
  ] as const)
    expect(existsSync(join(await open(undefined, { job: other, recipe }), 'learned.json'))).toBe(false);
  const gone = { ...job, train: ['../gone.jsonl'] };
  expect(await read(await open(undefined, { job: gone }), 'learned.json')).toEqual([]);
});
