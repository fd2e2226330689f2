import type { SureDecision } from './reliability.ts';

/** What remains where decisions below a probability are left to others. */
export interface RiskPoint {
  /** Least probability of those that are taken. */
  threshold: number;
  /** Share of the decisions that are taken. */
  coverage: number;
  /** Share of those that are wrong. */
  risk: number;
}

/** Risk against coverage as the threshold falls; decisions of one probability are taken together, as no threshold parts them. */
export function riskCoverage(decisions: readonly SureDecision[]): RiskPoint[] {
  const sorted = decisions.toSorted((a, b) => b.probability - a.probability);
  const points: RiskPoint[] = [];
  let wrong = 0;
  for (const [at, { probability, right }] of sorted.entries()) {
    if (!right) wrong += 1;
    if (sorted[at + 1]?.probability === probability) continue;
    const taken = at + 1;
    points.push({ threshold: probability, coverage: taken / sorted.length, risk: wrong / taken });
  }
  return points;
}

/**
 * Area under risk against coverage, 0 to 1, less is better (AURC; Geifman, Uziel and El-Yaniv, Bias-reduced uncertainty estimation for deep neural
 * classifiers, 2019): the mean risk over all numbers of decisions taken; of those with one probability, what is to be expected in any order.
 * Without any order it is the share of wrong ones.
 * @param decisions at least one
 */
export function areaUnderRiskCoverage(decisions: readonly SureDecision[]): number {
  const n = decisions.length;
  let [area, taken, wrong] = [0, 0, 0];
  for (const { coverage, risk } of riskCoverage(decisions)) {
    const [next, total] = [Math.round(coverage * n), risk * Math.round(coverage * n)];
    const each = (total - wrong) / (next - taken);
    for (let k = taken + 1; k <= next; k++) area += (wrong + each * (k - taken)) / k;
    [taken, wrong] = [next, total];
  }
  return area / n;
}
