import { expect, test } from 'vitest';
import type { FittedJob } from '../../../pipelines/train/check-memory.ts';
import { workerCount } from '../../../pipelines/train/worker-count.ts';
import type { Job } from '../../../trainers/job.ts';
import { smallJob } from '../../trainers/training-samples.ts';

const jobsOf = (costs: readonly number[], values: Partial<Job> = {}) =>
  costs.map(
    (cost, at) =>
      ({ cost, job: smallJob({ name: `job-${at}`, base: 'base', threads: 0, ...values }) }) as unknown as FittedJob,
  );
const four = (workers: number) => Math.floor(4 / workers) ** 0.6;

test('workers that share a processor are as many as end soonest', () => {
  const count = (...costs: number[]) => workerCount(jobsOf(costs), { workers: 4, speed: four });
  expect(count(1, 1, 1, 1, 1, 1, 1, 1)).toBe(4);
  expect(count(100, 1, 1, 1)).toBe(1);
  expect(count(10, 10)).toBe(2);
  expect(count(10, 4, 4)).toBe(2); // 10 at 1.5, not 18 at 2.3 or 10 at 1
  expect(count(7, 7, 7)).toBe(3); // two workers would take 14 at 1.5
  expect(count(7)).toBe(1);
});

test('what shares its steps is one worker’s, and threads that a recipe names do not grow', () => {
  const together = [...jobsOf([1, 1, 1, 1, 1, 1, 1, 1], { together: 8 }), ...jobsOf([1])];
  const two = (workers: number) => Math.floor(2 / workers) ** 0.6;
  expect(workerCount(together, { workers: 2, speed: two })).toBe(1); // 9 at 1.5, not 8
  expect(workerCount(jobsOf([10, 5], { threads: 1 }), { workers: 2, speed: two })).toBe(2);
});

test('where each has its own, as many as there are jobs', () => {
  const alone = { workers: 4, speed: () => 1 };
  expect(workerCount(jobsOf([100, 1, 1, 1, 1]), alone)).toBe(4);
  expect(workerCount(jobsOf([100, 1]), alone)).toBe(2);
  expect(workerCount(jobsOf([1, 1, 1, 1], { together: 4 }), alone)).toBe(1);
});
