import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../core/random.ts';
import { makespan, type SimulatedJob } from '../../../pipelines/train/makespan.ts';

/** A selector, and argument adapters whose times vary as the samples of tools do. @param noise spread of the logarithm of the prediction */
function trainingRun(tools: number, noise: number, seed: number): SimulatedJob[] {
  const random = seededRandom(seed, 'makespan');
  const normal = () => Array.from({ length: 12 }, () => random.next()).reduce((sum, value) => sum + value, -6);
  const durations = [4, ...Array.from({ length: tools }, () => Math.exp(0.5 * normal()))];
  return durations.map((duration) => ({ duration, predicted: 1000 * duration * Math.exp(noise * normal()) }));
}

describe.each([2, 4, 8])('on %i workers', (workers) => {
  test.each([
    ['right', 0],
    ['a third off', 0.3],
  ])('predictions %s (spread %d): dozens of jobs end within a twentieth of the lower bound', (_, noise) => {
    const ratios = Array.from({ length: 100 }, (_, seed) => {
      const { length, bound } = makespan(trainingRun(60, noise, seed), workers);
      expect(length).toBeGreaterThanOrEqual(bound * (1 - 1e-12));
      return length / bound;
    });
    expect(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length).toBeLessThanOrEqual(1.05);
    expect(ratios.toSorted((a, b) => a - b)[95]).toBeLessThanOrEqual(1.06);
  });
});

test('in the order in which they come, a long job at the end is waited for', () => {
  const durations = [...Array.from({ length: 14 }, () => 1), 8];
  const jobs = (predicted: (duration: number) => number) =>
    durations.map((duration) => ({ duration, predicted: predicted(duration) }));
  expect(
    makespan(
      jobs((duration) => duration),
      4,
    ),
  ).toEqual({ length: 8, bound: 8 });
  expect(
    makespan(
      jobs(() => 0),
      4,
    ).length,
  ).toBe(11);
});
