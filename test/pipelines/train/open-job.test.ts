import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashText } from '../../../core/hash.ts';
import { openJob } from '../../../pipelines/train/open-job.ts';
import type { PlannedJob } from '../../../pipelines/train/plan-job.ts';

let workspace: string;

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'open-job-'));
});
afterEach(() => rm(workspace, { recursive: true }));

/** Opens the selector's job, and leaves it as a run that is killed then. @returns its folder */
async function open(renews?: string, members: object = { name: 'selector', threads: 1 }): Promise<string> {
  const plan = { stage: 'train selector', folder: join(workspace, 'selector'), inputs: {}, settings: {}, seed: 1 };
  const job = {
    plan,
    renews,
    recipe: { recipe: { renew: 0.2 } },
    job: { train: [], ...members },
  } as unknown as PlannedJob;
  const context = { workspace, env: {}, serverEnv: {}, signal: new AbortController().signal };
  const opened = await openJob(job, context, { threads: 1 });
  if (opened === 'fresh') throw new Error('nothing is there yet');
  await opened.place.release();
  return opened.place.folder;
}

const read = async (folder: string, file: string) => JSON.parse(await readFile(join(folder, file), 'utf8'));

test('what is trained from nothing, after a run that went on from an older one was killed, says no start', async () => {
  expect(await read(await open('older'), 'start.json')).toEqual({ adapter: 'selector', hash: 'older' });
  expect(existsSync(join(await open(), 'start.json'))).toBe(false);
});

test('one that goes on for less than a pass has samples of its own, and has learned all when it is done', async () => {
  const samples = ['old-1', 'old-2', 'new'].map((key) => `${JSON.stringify({ meta: { key } })}\n`).join('');
  await writeFile(join(workspace, 'train.jsonl'), samples);
  await mkdir(join(workspace, 'selector'));
  await writeFile(join(workspace, 'selector', 'learned.json'), '["old-1","old-2"]');
  const train = ['../train.jsonl'];
  const members = { name: 'selector', train, hashes: { [train[0]!]: hashText(samples) }, epochs: 0.3, seed: 1 };
  const folder = await open('older', members);
  const job = await read(folder, 'job.json');
  expect(job).toMatchObject({ epochs: 1, threads: 1, train: [expect.not.stringContaining('train.jsonl')] });
  expect(await readFile(join(folder, job.train[0]), 'utf8')).toBe('{"meta":{"key":"new"}}\n');
  expect(await read(folder, 'learned.json')).toEqual(['new', 'old-1', 'old-2']);
});
