import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseExecutor } from '../../../pipelines/train/choose-executor.ts';
import type { PlannedJob } from '../../../pipelines/train/plan-job.ts';
import { ExecutorSettingsSchema } from '../../../trainers/executors/executor-settings.ts';
import type { Job } from '../../../trainers/job.ts';
import { smallJob } from '../../trainers/training-samples.ts';

const context = {
  workspace: '/nowhere',
  env: { PATH: '/nowhere' },
  serverEnv: {},
  variables: { RAY_TOKEN: 'secret' },
  signal: new AbortController().signal,
};

interface Values extends Partial<Job> {
  /** Of the recipe. */
  workers?: number;
}

const planned = ({ workers, ...values }: Values) =>
  ({ recipe: { recipe: { workers } }, job: smallJob({ name: 'x', base: 'base', ...values }) }) as unknown as PlannedJob;
const many = (count: number, values: Values = {}) => Array.from({ length: count }, () => values);

async function chosen(settings: object, jobs: readonly Values[] = many(15)) {
  const all = jobs.map(planned);
  const { executor, workers, threads } = await chooseExecutor(ExecutorSettingsSchema.parse(settings), all, context);
  return [executor.name, workers, threads(workers)];
}

test('one worker for each GPU; on a cluster as many as the settings say, of as many threads as processors are asked for', async () => {
  expect((await chosen({ local: { gpus: [0, 1, 2, 3] } })).slice(0, 2)).toEqual(['local', 4]);
  expect(await chosen({ name: 'slurm', workers: 8, slurm: { cpus: 6 } })).toEqual(['slurm', 8, 6]);
  expect(await chosen({ name: 'ray', ray: { tokenFrom: 'RAY_TOKEN' } })).toEqual(['ray', 4, 4]);
});

test('what fewer jobs of a run leave idle, others get as threads; memory stays shared out as for all', async () => {
  const settings = ExecutorSettingsSchema.parse({ local: { gpus: [0, 1, 2, 3] } });
  const jobs = many(15).map(planned);
  const { workers, threads } = await chooseExecutor(settings, jobs, context);
  expect(workers).toBe(4);
  expect(threads(1)).toBe(availableParallelism());
  expect(threads(1000)).toBe(1);
});

test('no more than there are jobs, nor than a recipe says', async () => {
  expect(await chosen({ name: 'slurm', workers: 8 }, [{}, {}])).toEqual(['slurm', 2, 4]);
  expect(await chosen({ name: 'slurm', workers: 8 }, [{}, { workers: 1 }])).toEqual(['slurm', 1, 4]);
});

test('on processors one for as many jobs as share their steps; elsewhere memory may yet decide that they do not', async () => {
  expect((await chosen({ workers: 8 }, many(15, { together: 16 })))[1]).toBe(1);
  expect((await chosen({ workers: 8 }, many(17, { together: 16 })))[1]).toBe(2);
  expect((await chosen({ name: 'slurm', workers: 8 }, many(15, { together: 16 })))[1]).toBe(8);
  expect((await chosen({ workers: 8, local: { gpus: [0, 1] } }, many(15, { together: 16 })))[1]).toBe(8);
});

test('what is trained on has no GPU where the environment or the settings hide it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hidden-'));
  await writeFile(join(folder, 'nvidia-smi'), '#!/bin/sh\necho 0, GPU-aaaa, 81559, 81000\n', { mode: 0o755 });
  const deviceOf = async (settings: object, more: Record<string, string> = {}) => {
    const env = { PATH: `${folder}${delimiter}${process.env.PATH}`, ...more };
    const chosen = await chooseExecutor(ExecutorSettingsSchema.parse(settings), [planned({})], { ...context, env });
    return chosen.device.device;
  };
  expect(await deviceOf({})).toBe('gpu');
  expect(await deviceOf({}, { CUDA_VISIBLE_DEVICES: '' })).toBe('cpu');
  expect(await deviceOf({ local: { gpus: [] } })).toBe('cpu');
  expect(await deviceOf({ name: 'slurm', slurm: { gpus: 0 } })).toBe('cpu');
  expect(await deviceOf({ name: 'slurm' })).toBe('gpu');
  await rm(folder, { recursive: true });
});

test('a token that is not there, and settings that cannot be, are refused', async () => {
  await expect(chosen({ name: 'ray', ray: { tokenFrom: 'NO_TOKEN' } })).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringContaining('NO_TOKEN is not set'),
  });
  const found = ExecutorSettingsSchema.safeParse({
    slurm: { gpus: 0.5, options: ['account=lab'] },
    ray: { address: 'head' },
  });
  expect(found.error?.issues.map(({ path }) => path.join('.'))).toEqual([
    'slurm.gpus',
    'slurm.options.0',
    'ray.address',
  ]);
});
