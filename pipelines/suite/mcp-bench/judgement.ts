import { JUDGED_AXES, type JudgedAxis, type JudgedScore } from '../../../core/suite-results.ts';
import { mean } from '../mean.ts';

export type JudgedScores = Record<JudgedScore, number>;

/** Scores and what follows from them. */
export interface Judgement {
  scores: JudgedScores;
  axes: Record<JudgedAxis, number>;
}

export const AXIS_NAMES = Object.keys(JUDGED_AXES) as JudgedAxis[];
export const SCORE_NAMES: readonly JudgedScore[] = AXIS_NAMES.flatMap((axis) => [...JUDGED_AXES[axis]]);

/** Means of scores, and of each axis' two. @param all at least one */
export function meanJudgement(all: readonly JudgedScores[]): Judgement {
  const scores = Object.fromEntries(
    SCORE_NAMES.map((name) => [name, mean(all.map((one) => one[name]))!]),
  ) as JudgedScores;
  const axes = Object.fromEntries(
    AXIS_NAMES.map((axis) => [axis, mean(JUDGED_AXES[axis].map((name) => scores[name]))!]),
  ) as Judgement['axes'];
  return { scores, axes };
}
