import type { ToolFitFigures, ToolFitTaskResult } from '../../../core/suite-results.ts';
import { mean } from '../mean.ts';

/** The figures of a system over its completed tasks. */
export function toolFitFigures(tasks: readonly ToolFitTaskResult[]): ToolFitFigures {
  const requirements = tasks.flatMap((task) => task.requirements);
  const checked = requirements.filter(({ by }) => by === 'program');
  const satisfied = (of: typeof requirements) => of.filter((one) => one.satisfied).length;
  return {
    tasks: tasks.length,
    coverage: meanCoverage(tasks),
    requirements: {
      all: requirements.length,
      satisfied: satisfied(requirements),
      unscored: requirements.filter((one) => one.satisfied === null).length,
    },
    by_program: { all: checked.length, satisfied: satisfied(checked) },
  };
}

function meanCoverage(tasks: readonly ToolFitTaskResult[]): ToolFitFigures['coverage'] {
  const scored = tasks.flatMap(({ coverage }) => (coverage.state === 'scored' ? [coverage] : []));
  const [coverage, score] = [mean(scored.map((one) => one.coverage)), mean(scored.map((one) => one.score))];
  if (coverage !== null && score !== null) return { state: 'scored', tasks: scored.length, coverage, score };
  const why = tasks.length === 0 ? 'no task was completed' : 'every task has a requirement without a verdict';
  return { state: 'unscored', why };
}
