import {
  calibrationError,
  type ReliabilityBin,
  reliabilityBins,
  type SureDecision,
} from '../../statistics/reliability.ts';
import { areaUnderRiskCoverage, type RiskPoint, riskCoverage } from '../../statistics/risk-coverage.ts';
import type { PredictionRow } from './prediction-row.ts';

/** Risk against coverage where steps with an unsure selection are left to others. */
export interface Abstaining {
  points: RiskPoint[];
  /** Area under it; `wrong` is what it would be without any order. */
  area: number;
  wrong: number;
}

/** How far the probabilities of a system's selections can be relied on. */
export interface SelectionQuality {
  system: string;
  /** Steps with a probability, of all. */
  n: number;
  steps: number;
  bins: ReliabilityBin[];
  calibrationError: number;
  /** Wrong is a wrong selection; wrong is a wrong call. */
  selections: Abstaining;
  calls: Abstaining;
}

/** Of the systems that give probabilities. */
export function selectionQuality(bySystem: ReadonlyMap<string, readonly PredictionRow[]>): SelectionQuality[] {
  return [...bySystem].flatMap(([system, rows]) => {
    const sure = rows.filter(({ probability }) => probability !== undefined);
    if (sure.length === 0) return [];
    const decisions = (isRight: (row: PredictionRow) => boolean): SureDecision[] =>
      sure.map((row) => ({ probability: row.probability!, right: isRight(row) }));
    const selections = decisions(({ selection }) => selection);
    return [
      {
        system,
        n: sure.length,
        steps: rows.length,
        bins: reliabilityBins(selections),
        calibrationError: calibrationError(selections),
        selections: abstaining(selections),
        calls: abstaining(decisions(({ selection, args_ast }) => selection && args_ast)),
      },
    ];
  });
}

function abstaining(decisions: readonly SureDecision[]): Abstaining {
  const points = riskCoverage(decisions);
  return { points, area: areaUnderRiskCoverage(decisions), wrong: points.at(-1)!.risk };
}

/** The point with the least threshold that covers at least this share. */
export function pointAt(points: readonly RiskPoint[], coverage: number): RiskPoint {
  return points.find((point) => point.coverage >= coverage) ?? points.at(-1)!;
}
