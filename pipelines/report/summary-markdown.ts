import { dataHeadline } from './data/data-headline.ts';
import { FAILURE_KINDS, FAILURE_TITLES } from './failure-examples.ts';
import { headline } from './headline.ts';
import { escapeMarkdown, markdownTable } from './markdown-table.ts';
import type { EvaluationData, ReportData } from './report-data.ts';
import { otherData } from './report-sources.ts';
import { scoreTable } from './score-table.ts';

/** The report in short, for a pull request or a README. */
export function summaryMarkdown({ evaluation, data, sources }: ReportData): string {
  const others = otherData(sources);
  return [
    ...(evaluation ? evaluationParts(evaluation) : ['# What the data hold']),
    ...(evaluation && data ? [others.length > 0 ? 'The data now, newer than the evaluation:' : 'The data:'] : []),
    ...(data ? [bullets(dataHeadline(data))] : []),
    'Artefacts:',
    [...sources.evaluation, ...others]
      .map(({ artefact, manifest }) => `- ${escapeMarkdown(artefact)}: \`${manifest.hash}\``)
      .join('\n'),
    'The whole report is `report.html` in the same folder.',
  ]
    .join('\n\n')
    .concat('\n');
}

function evaluationParts({ metrics }: EvaluationData): string[] {
  const systems = Object.entries(metrics.systems);
  const scores = scoreTable(metrics.systems);
  const failures = FAILURE_KINDS.map((kind) => [
    FAILURE_TITLES[kind],
    ...systems.map(([, { outcomes }]) => String(outcomes[kind] ?? 0)),
  ]);
  const [first, ...rest] = headline(metrics);
  return [
    '# How well the tools are called',
    escapeMarkdown(first!),
    ...(rest.length > 0 ? [bullets(rest)] : []),
    markdownTable(scores.head, scores.rows),
    'Failures by kind:',
    markdownTable(['Failure', ...systems.map(([name]) => name)], failures),
  ];
}

function bullets(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n');
}
