import { FAILURE_KINDS, FAILURE_TITLES } from './failure-examples.ts';
import { headline } from './headline.ts';
import { escapeMarkdown, markdownTable } from './markdown-table.ts';
import type { ReportData } from './report-data.ts';
import { scoreTable } from './score-table.ts';

/** The report in short, for a pull request or a README. */
export function summaryMarkdown({ metrics, origins }: ReportData): string {
  const systems = Object.entries(metrics.systems);
  const scores = scoreTable(metrics.systems);
  const failures = FAILURE_KINDS.map((kind) => [
    FAILURE_TITLES[kind],
    ...systems.map(([, { outcomes }]) => String(outcomes[kind] ?? 0)),
  ]);
  const [first, ...rest] = headline(metrics).map(escapeMarkdown);
  return [
    '# How well the tools are called',
    first!,
    ...(rest.length > 0 ? [rest.map((sentence) => `- ${sentence}`).join('\n')] : []),
    markdownTable(scores.head, scores.rows),
    'Failures by kind:',
    markdownTable(['Failure', ...systems.map(([name]) => name)], failures),
    'Artefacts:',
    origins.map(({ artefact, manifest }) => `- ${escapeMarkdown(artefact)}: \`${manifest.hash}\``).join('\n'),
    'The whole report is `report.html` in the same folder.',
  ]
    .join('\n\n')
    .concat('\n');
}
