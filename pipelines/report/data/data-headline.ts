import { TaskSchema } from '../../../core/sample.ts';
import { countText, numberText } from './count-text.ts';
import { coverageGaps } from './coverage-gaps.ts';
import type { DataSummary } from './data-summary.ts';

/** What the data hold in a few sentences. */
export function dataHeadline({ figures, tasks, coverage }: DataSummary): string[] {
  const { writers, kinds, calls, run, errors } = figures;
  const all = (use: string) => writers.rows.reduce((sum, writer) => sum + writers.count(writer, use), 0);
  const called = coverage.filter((tool) => tool.traces > 0).length;
  const gaps = coverageGaps(coverage);
  const untaught = TaskSchema.options.filter((task) => tasks.count(task, 'train') === 0);
  return [
    `${numberText(kinds.total())} of ${countText(writers.total(), 'trace')} are used: ${numberText(all('train'))} to train on, ${numberText(all('validation'))} for validation, ${numberText(all('test'))} held out.`,
    `They make ${countText(calls, 'call')} of ${numberText(called)} of ${countText(coverage.length, 'tool')}, of which ${numberText(run)} were run and ${numberText(errors)} ended in an error.`,
    ...(untaught.length === 0
      ? []
      : [`Nothing trains ${untaught.join(', ')}: see the rejects, such as samples longer than \`contextLength\`.`]),
    gaps.length === 0
      ? 'Every tool, optional parameter, value and error path is covered.'
      : `Not covered: ${gaps.map(({ what }) => what).join('; ')}.`,
  ];
}
