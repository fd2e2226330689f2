/** A figure of `pnpm bench training`. */
export interface TrainingRow {
  name: string;
  /** Median over the runs of the peer's figure by ours; of the makespan, ours by the lower bound. */
  ratio: number;
  /** The ratio to reach, or not to exceed. */
  target: number;
  /** What the formula lets one reach where tokens are all that costs; null where there is none. */
  limit: number | null;
  pass: boolean;
  /** What was measured, and how. */
  note: string;
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
