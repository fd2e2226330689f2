import type { ToolFitFigures, ToolFitResults } from '../../../core/suite-results.ts';
import { countText } from '../data/count-text.ts';
import { type Html, html } from '../html.ts';
import { stackedChart } from '../stacked-chart.ts';
import { table } from '../table.ts';
import { rateText } from './rate-text.ts';

/** Systems on ToolFit’s tasks: requirements, coverage, score. @param title what the tasks are */
export function toolFitPart(title: string, all: readonly ToolFitResults[]): Html {
  const counts = all.map(({ figures: { requirements } }) => ({
    ...requirements,
    missed: requirements.all - requirements.satisfied - requirements.unscored,
  }));
  const series = [
    { name: 'satisfied', values: counts.map(({ satisfied }) => satisfied) },
    { name: 'not satisfied', values: counts.map(({ missed }) => missed) },
    { name: 'unscored', values: counts.map(({ unscored }) => unscored), color: 'var(--kind-4)' },
  ];
  const systems = all.map(({ system }) => system);
  return html`<figure>${stackedChart(systems, series, `Requirements of ${title}; the table below has the figures.`)}
<figcaption>Requirements of the completed tasks. Unscored: only a judge could tell, and none gave a verdict; they do not count as not satisfied.</figcaption></figure>
${table({
  caption: `${title}: coverage and score are means over the tasks all of whose requirements have a verdict`,
  head: ['System', 'Tasks', 'Scored', 'Coverage', 'Score of 10', 'Satisfied', 'Not', 'Unscored', 'By program'],
  rows: all.map(({ system, figures: { tasks, coverage, by_program } }, at) => [
    system,
    tasks,
    ...(coverage.state === 'scored'
      ? [coverage.tasks, rateText(coverage.coverage), coverage.score.toFixed(2)]
      : [0, 'unscored', 'unscored']),
    counts[at]!.satisfied,
    counts[at]!.missed,
    counts[at]!.unscored,
    `${by_program.satisfied} of ${by_program.all}`,
  ]),
})}`;
}

/** The main figures of a system in a few words. */
export function toolFitText({ coverage, requirements }: ToolFitFigures): string {
  const { satisfied, all, unscored } = requirements;
  return [
    coverage.state === 'scored' ? `score ${coverage.score.toFixed(2)} of 10` : 'score unscored',
    `${satisfied} of ${countText(all, 'requirement')} satisfied`,
    ...(unscored > 0 ? [`${unscored} unscored`] : []),
  ].join(', ');
}
