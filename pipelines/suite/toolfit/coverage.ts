import type { Coverage, RequirementVerdict } from '../../../core/suite-results.ts';

/**
 * Coverage of a task: satisfied / all requirements, and its score, coverage × 10 rounded half up, as ToolFit counts them (arXiv 2510.00229). Unscored where
 * one requirement has no verdict. @param verdicts at least one
 */
export function coverageOf(verdicts: readonly Pick<RequirementVerdict, 'satisfied'>[]): Coverage {
  const unscored = verdicts.filter(({ satisfied }) => satisfied === null).length;
  const all = verdicts.length;
  if (unscored > 0) return { state: 'unscored', why: `${unscored} of ${all} requirements have no verdict` };
  const satisfied = verdicts.filter((one) => one.satisfied).length;
  // In whole numbers, so that halves are exact.
  return { state: 'scored', coverage: satisfied / all, score: Math.floor((20 * satisfied + all) / (2 * all)) };
}
