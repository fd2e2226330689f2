import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJob } from '../../../pipelines/train/open-job.ts';
import type { PlannedJob } from '../../../pipelines/train/plan-job.ts';

let workspace: string;

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'open-job-'));
});
afterEach(() => rm(workspace, { recursive: true }));

/** Opens the selector's job, and leaves it as a run that is killed then. @returns the path of its start.json */
async function open(renews?: string): Promise<string> {
  const plan = { stage: 'train selector', folder: join(workspace, 'selector'), inputs: {}, settings: {}, seed: 1 };
  const job = { plan, renews, recipe: { recipe: {} }, job: { name: 'selector', threads: 1 } } as unknown as PlannedJob;
  const context = { workspace, env: {}, serverEnv: {}, signal: new AbortController().signal };
  const opened = await openJob(job, context, { threads: 1 });
  if (opened === 'fresh') throw new Error('nothing is there yet');
  await opened.place.release();
  return join(opened.place.folder, 'start.json');
}

test('what is trained from nothing, after a run that went on from an older one was killed, says no start', async () => {
  expect(JSON.parse(await readFile(await open('older'), 'utf8'))).toEqual({ adapter: 'selector', hash: 'older' });
  expect(existsSync(await open())).toBe(false);
});
