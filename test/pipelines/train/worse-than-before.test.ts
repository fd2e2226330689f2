import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StageEvent, StageEvents } from '../../../core/event.ts';
import type { PlannedJob } from '../../../pipelines/train/plan-job.ts';
import { validationsBefore, warningOfWorse } from '../../../pipelines/train/worse-than-before.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'worse-'));
});
afterEach(() => rm(root, { recursive: true }));

function jobOf(name: string, renews?: string): PlannedJob {
  const tool = name.startsWith('arguments-') ? 'files.read' : null;
  return { plan: { stage: `train ${name}`, folder: join(root, name) }, job: { tool }, renews } as PlannedJob;
}

/** What a finished adapter's training recorded: it kept its second step. */
async function record({ plan }: PlannedJob, loss: number): Promise<StageEvent> {
  const at = { job: 'one', step: 2 };
  const done = { event: 'done', ...at, total: 2, kept: 2, seconds: 1, computed_tokens: 1, trained_tokens: 1 };
  const events = [{ event: 'eval', ...at, loss, accuracy: 0, samples: 1, trained_tokens: 1 }, done];
  await mkdir(plan.folder, { recursive: true });
  await writeFile(join(plan.folder, 'training.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return { type: 'done', stage: plan.stage, folder: plan.folder, counts: {} };
}

test('of what went on from what it was, what is worse now is told at its end, also where another one fails then', async () => {
  const [worse, good, other] = [jobOf('arguments-files-read', 'hash'), jobOf('selector', 'hash'), jobOf('arguments')];
  for (const job of [worse, good, other]) await record(job, 0.5);
  const before = await validationsBefore([worse, good, other]);
  async function* training(): StageEvents {
    yield await record(good, 0.5);
    yield await record(other, 2);
    yield await record(worse, 0.75);
    throw new Error('another one failed');
  }
  const told: StageEvent[] = [];
  const all = async () => {
    for await (const event of warningOfWorse(training(), before)) told.push(event);
  };
  await expect(all()).rejects.toThrow('another one failed');
  const warnings = told.filter(({ type }) => type === 'warning');
  expect(warnings).toEqual([
    {
      type: 'warning',
      stage: 'train arguments-files-read',
      message: expect.stringMatching(
        /is worse: its validation loss is 0\.750, was 0\.500.*--force.*--tool files\.read/,
      ),
    },
  ]);
});

test('a record of another form says nothing about how good an adapter was', async () => {
  const job = jobOf('selector', 'hash');
  await record(job, 0.5);
  expect((await validationsBefore([job])).get(job)).toMatchObject({ loss: 0.5 });
  await writeFile(join(job.plan.folder, 'training.jsonl'), '{"event":"eval","of":"an older version"}\n');
  expect(await validationsBefore([job])).toEqual(new Map());
});
