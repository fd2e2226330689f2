import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EMBEDDED_BASE, PROJECT_ROOT } from '../../core/project.ts';
import { runProcess } from '../../core/subprocess.ts';
import { type Job, JobSchema } from '../../trainers/job.ts';
import members from '../../trainers/python/job_members.json' with { type: 'json' };
import { batchesOf, trainedAlone } from '../../trainers/train-together.ts';
import { smallJob } from './training-samples.ts';

const count = (jobs: readonly Job[]) => batchesOf(jobs.map((one) => ({ job: one }))).length;
const job = (values: Partial<Job> = {}) => smallJob({ name: 'x', base: EMBEDDED_BASE, together: 4, ...values });
const many = (count: number, values: Partial<Job> = {}) => Array.from({ length: count }, () => job(values));

/** Of which each is like the first, or differs from it in one member. */
const VARIANTS: Partial<Job>[] = [
  {},
  { name: 'y', lr: 1, seed: 7, train: ['other'], micro_batch_size: 1, batch_size: 2, start: '../x', epochs: 9 },
  { together: 1 },
  { together: 3 },
  { trainer: 'trl' },
  { method: 'plain' },
  { quantization: 'nf4' },
  { gradient_checkpointing: true },
  { base: '/other' },
  { precision: 'bf16' },
  { threads: 2 },
  { lora_r: 8 },
  { lora_alpha: 1 },
  { lora_rslora: true },
  { lora_target_modules: ['q_proj'] },
];

test('jobs of one form are one worker’s, up to `together`; what cannot share its steps is alone', () => {
  expect(count(many(4))).toBe(1);
  expect(count([...many(5), ...many(1, { lora_r: 8 })])).toBe(3);
  expect(count(many(4, { together: 1 }))).toBe(4);
  expect(count(many(4, { gradient_checkpointing: true }))).toBe(4);
  expect(trainedAlone(job({ gradient_checkpointing: true }))).toBe('gradient_checkpointing: true');
  expect(trainedAlone(job())).toBeUndefined();
});

test('the list names members of a job', () => {
  const named = [...Object.keys(members.together.needs), ...members.together.equal];
  expect(Object.keys(JobSchema.shape)).toEqual(expect.arrayContaining(named));
});

test('the trainer lets the same jobs share their steps', async () => {
  const code = `import json, sys; sys.path.insert(0, sys.argv[1])
import job_members, worker
first, *others = (job_members.form(worker.Job(**job)) for job in json.loads(sys.argv[2]))
print(json.dumps([first is not None and form == first for form in others]))`;
  const jobs = VARIANTS.map(job);
  const { stdout, stderrTail } = await runProcess({
    name: 'form',
    command: join(PROJECT_ROOT, '.venv', 'bin', 'python'),
    args: ['-c', code, join(PROJECT_ROOT, 'trainers', 'python'), JSON.stringify(jobs)],
    env: { PATH: process.env.PATH ?? '' },
  });
  const expected = jobs.slice(1).map((other) => count([jobs[0]!, other]) === 1);
  expect(JSON.parse(stdout || stderrTail)).toEqual(expected);
  expect(expected.filter((shares) => shares)).toHaveLength(1);
});
