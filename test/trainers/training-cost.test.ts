import { expect, test } from 'vitest';
import type { Job } from '../../trainers/job.ts';
import { countSteps } from '../../trainers/memory/count-steps.ts';
import { trainingCost } from '../../trainers/memory/training-cost.ts';
import { smallJob } from './training-samples.ts';

const prompt = (samples: number) => ({
  samples,
  longest: 1010,
  prefix: 1000,
  own: 10 * samples,
  suffixes: Array<number>(samples).fill(10),
  trained: 5,
});
const job = (values: Partial<Job> = {}) => smallJob({ name: 'x', base: 'base', epochs: 1, ...values });

test('our trainer has steps for each prompt, the others for all samples; both round up a last batch', () => {
  const lengths = [prompt(5), prompt(3)];
  expect(countSteps(job(), lengths)).toBe(3);
  expect(countSteps(job({ trainer: 'trl' }), lengths)).toBe(2);
  expect(countSteps(job({ epochs: 1.5 }), lengths)).toBe(5);
  expect(countSteps(job({ min_steps: 9 }), lengths)).toBe(9);
  expect(countSteps(job({ epochs: 9, max_steps: 4 }), lengths)).toBe(4);
});

test('what samples share is paid once a micro-batch, and by an activated adapter once for all epochs', () => {
  const cost = (values: Partial<Job>) =>
    trainingCost(job({ batch_size: 4, micro_batch_size: 4, ...values }), [prompt(4)]);
  expect(cost({})).toBe(1000 + 40 + 200);
  expect(cost({ micro_batch_size: 2 })).toBe(2 * (1000 + 200) + 40);
  expect(cost({ method: 'plain' })).toBe(4 * 1010 + 200);
  expect(cost({ epochs: 3 })).toBe(3 * cost({}));
  expect(cost({ method: 'activated', epochs: 3 })).toBe(1040 + 3 * (4 * (4 + 5) + 200));
  expect(cost({ gradient_checkpointing: true })).toBeGreaterThan(1.3 * cost({}));
  expect(trainingCost(job(), [])).toBe(0);
});
