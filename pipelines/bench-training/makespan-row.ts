import { seededRandom } from '../../core/random.ts';
import { makespan } from '../train/makespan.ts';
import type { TrainingRow } from './training-row.ts';

const GPUS = [2, 4, 8];
/** A selector and argument adapters: one long job, and many of which the longest takes eight times as long as the shortest. */
const TOOLS = 40;
const CASES = 100;
/** Predictions are off by up to so much. */
const NOISE = 0.15;
const TARGET = 1.05;

/** The time until the last adapter of one queue is done over the lower bound of any schedule, with simulated durations: of all cases the mean, for the worst number of GPUs. */
export function makespanRow(name: string): TrainingRow {
  const means = GPUS.map((gpus) => {
    const ratios = Array.from({ length: CASES }, (_, at) => {
      const { length, bound } = makespan(jobsOf(at), gpus);
      return length / bound;
    });
    return { gpus, mean: ratios.reduce((sum, ratio) => sum + ratio, 0) / CASES };
  });
  const ratio = Math.max(...means.map(({ mean }) => mean));
  const each = means.map(({ gpus, mean }) => `${gpus}: ${mean.toFixed(3)}`).join(', ');
  const note = `GPUs ${each}; ${TOOLS + 1} jobs of one queue, predictions off by up to ${NOISE * 100}%; without workers’ starts, and without the wait between queues of adapters that start from another`;
  return { name, ratio, target: TARGET, limit: 1, pass: ratio <= TARGET, note };
}

function jobsOf(seed: number): { duration: number; predicted: number }[] {
  const random = seededRandom(seed, 'makespan');
  const durations = [20, ...Array.from({ length: TOOLS }, () => 1 + 7 * random.next())];
  return durations.map((duration) => ({ duration, predicted: duration * (1 + NOISE * (2 * random.next() - 1)) }));
}
