import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { chooseExecutor } from '../../../pipelines/train/choose-executor.ts';
import type { PlannedJob } from '../../../pipelines/train/plan-job.ts';
import type { Recipe } from '../../../recipes/schema.ts';
import { ExecutorSettingsSchema } from '../../../trainers/executors/executor-settings.ts';

const context = {
  workspace: '/nowhere',
  env: { PATH: '/nowhere' },
  serverEnv: {},
  variables: { RAY_TOKEN: 'secret' },
  signal: new AbortController().signal,
};

const SHARING = { trainer: 'peft', method: 'shared-prefix', quantization: 'none', gradient_checkpointing: false };

async function chosen(settings: object, jobs: readonly Partial<Recipe>[] = Array.from({ length: 15 }, () => ({}))) {
  const planned = jobs.map(
    (recipe) => ({ recipe: { recipe: { ...SHARING, together: 1, ...recipe } } }) as unknown as PlannedJob,
  );
  const { executor, workers, threads } = await chooseExecutor(ExecutorSettingsSchema.parse(settings), planned, context);
  return [executor.name, workers, threads(workers)];
}

test('one worker for each GPU; on a cluster as many as the settings say, of as many threads as processors are asked for', async () => {
  expect((await chosen({ local: { gpus: [0, 1, 2, 3] } })).slice(0, 2)).toEqual(['local', 4]);
  expect(await chosen({ name: 'slurm', workers: 8, slurm: { cpus: 6 } })).toEqual(['slurm', 8, 6]);
  expect(await chosen({ name: 'ray', ray: { tokenFrom: 'RAY_TOKEN' } })).toEqual(['ray', 4, 4]);
});

test('what fewer jobs of a run leave idle, others get as threads; memory stays shared out as for all', async () => {
  const settings = ExecutorSettingsSchema.parse({ local: { gpus: [0, 1, 2, 3] } });
  const jobs = Array.from({ length: 15 }, () => ({ recipe: { recipe: {} } }) as unknown as PlannedJob);
  const { workers, threads } = await chooseExecutor(settings, jobs, context);
  expect(workers).toBe(4);
  expect(threads(1)).toBe(availableParallelism());
  expect(threads(1000)).toBe(1);
});

test('no more than there are jobs, nor than a recipe says', async () => {
  expect(await chosen({ name: 'slurm', workers: 8 }, [{}, {}])).toEqual(['slurm', 2, 4]);
  expect(await chosen({ name: 'slurm', workers: 8 }, [{}, { workers: 1 }])).toEqual(['slurm', 1, 4]);
});

test('one for as many jobs as share their steps', async () => {
  const jobs = (count: number, recipe: Partial<Recipe>) => Array.from({ length: count }, () => recipe);
  const settings = { name: 'slurm', workers: 8 };
  expect(await chosen(settings, jobs(15, { together: 16 }))).toEqual(['slurm', 1, 4]);
  expect(await chosen(settings, [...jobs(17, { together: 16 }), {}])).toEqual(['slurm', 3, 4]);
  expect(await chosen(settings, jobs(7, { together: 16, trainer: 'trl' }))).toEqual(['slurm', 7, 4]);
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
