import type { Share } from '../../core/metrics.ts';
import { wilson } from '../scoring/wilson.ts';

/** A decision with the probability that was given to it, and whether it was right. */
export interface SureDecision {
  probability: number;
  right: boolean;
}

/** Decisions whose probability lies in one range. */
export interface ReliabilityBin {
  /** Mean probability. */
  probability: number;
  right: NonNullable<Share>;
}

const BINS = 10;

/** Decisions by probability, over ten equal ranges, rising; empty ranges are left out. */
export function reliabilityBins(decisions: readonly SureDecision[]): ReliabilityBin[] {
  const ranges = Map.groupBy(decisions, ({ probability }) => Math.min(BINS - 1, Math.floor(probability * BINS)));
  return [...ranges]
    .sort(([a], [b]) => a - b)
    .map(([, members]) => ({
      probability: members.reduce((sum, { probability }) => sum + probability, 0) / members.length,
      right: wilson(members.filter(({ right }) => right).length, members.length)!,
    }));
}

/**
 * How far the probabilities are from the shares of right ones, weighed by decisions (Guo et al., On calibration of modern neural networks, 2017).
 * @param decisions at least one
 */
export function calibrationError(decisions: readonly SureDecision[]): number {
  const errors = reliabilityBins(decisions).map(
    ({ probability, right }) => right.n * Math.abs(probability - right.value),
  );
  return errors.reduce((sum, error) => sum + error, 0) / decisions.length;
}
