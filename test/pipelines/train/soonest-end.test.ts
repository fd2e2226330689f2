import { expect, test } from 'vitest';
import type { FittedJob } from '../../../pipelines/train/check-memory.ts';
import { soonestEnd } from '../../../pipelines/train/soonest-end.ts';
import type { Job } from '../../../trainers/job.ts';
import { smallJob } from '../../trainers/training-samples.ts';

const jobsOf = (costs: readonly number[], values: Partial<Job> = {}) =>
  costs.map(
    (cost, at) => ({ cost, job: smallJob({ name: `job-${at}`, base: 'base', ...values }) }) as unknown as FittedJob,
  );
const four = (workers: number) => Math.floor(4 / workers) ** 0.6;

test('workers that share a processor are as many as end soonest', () => {
  const count = (...costs: number[]) => soonestEnd(jobsOf(costs), { workers: 4, speed: four });
  expect(count(1, 1, 1, 1, 1, 1, 1, 1)).toBe(4);
  expect(count(100, 1, 1, 1)).toBe(1);
  expect(count(10, 10)).toBe(2);
  expect(count(10, 4, 4)).toBe(2); // 10 at 1.5, not 18 at 2.3 or 10 at 1
  expect(count(7)).toBe(1);
});

test('where each has its own, as many as there are jobs', () => {
  const alone = { workers: 4, speed: () => 1 };
  expect(soonestEnd(jobsOf([100, 1, 1, 1, 1]), alone)).toBe(4);
  expect(soonestEnd(jobsOf([100, 1]), alone)).toBe(2);
  expect(soonestEnd(jobsOf([1, 1, 1, 1], { together: 4 }), alone)).toBe(1);
});
