import type { BenchRow } from '../bench-row.ts';

/**
 * A figure of `pnpm bench training`. `ratio`: median over the runs of the peer's figure by ours; of the makespan, ours by the lower bound. `limit`: what
 * the formula lets one reach where tokens are all that costs.
 */
export interface TrainingRow extends BenchRow {
  /** Of each run. */
  runs?: { peer: number; ours: number; unit: 'seconds' | 'MB' }[];
  /** Figures of a step, medians. */
  speed?: { peer: StepSpeed; ours: StepSpeed };
}

export interface StepSpeed {
  examplesPerSecond: number;
  /** Of the samples, prompts included. */
  tokensPerSecond: number;
  trainedTokensPerSecond: number;
  /** Of the chip's peak: multiply-adds that a step of full sequences takes, by those the chip could do; where --peak-tflops is given. */
  shareOfPeak?: number;
}
