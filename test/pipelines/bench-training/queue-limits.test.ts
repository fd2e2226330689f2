import { expect, test } from 'vitest';
import { queueLimits } from '../../../pipelines/bench-training/queue-limits.ts';

test('a prompt counts once a batch, and once in all where it is kept', () => {
  const form = { batch: 2, epochs: 3, query: 4, invocation: 1 };
  const limits = queueLimits([{ shared: 10, trained: 1, count: 4 }], form);
  const whole = 3 * 4 * (10 + 4 + 1);
  expect(limits['shared-prefix']).toBe(whole / (3 * (2 * 10 + 4 * 5)));
  expect(limits.activated).toBe(whole / (10 + 4 * 5 + 2 * 4 * 2));
});
