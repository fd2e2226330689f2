import type { Metrics } from '../../core/metrics.ts';
import { bfclLines } from './bfcl-section.ts';
import { engineLines } from './cost-section.ts';
import { countText } from './data/count-text.ts';
import { dataHeadline } from './data/data-headline.ts';
import { FAILURE_KINDS, FAILURE_TITLES } from './failures/failure-kinds.ts';
import { headline } from './headline.ts';
import { escapeMarkdown, markdownTable } from './markdown-table.ts';
import type { ReportStatistics } from './predictions/report-statistics.ts';
import { pointAt } from './predictions/selection-quality.ts';
import type { EvaluationData, ReportData } from './report-data.ts';
import { otherData } from './report-sources.ts';
import { scoreTable } from './score-table.ts';
import { suiteLines } from './suite-section.ts';
import { conclusions } from './worth-section.ts';

/** The report in short, for a pull request or a README. */
export function summaryMarkdown({ evaluation, data, benchmarks, sources }: ReportData): string {
  const others = otherData(sources);
  const tasks = [...suiteLines(benchmarks.suites), ...bfclLines(benchmarks.bfcl)];
  return [
    ...(evaluation ? evaluationParts(evaluation) : ['# What the data hold']),
    ...(evaluation && data ? [others.length > 0 ? 'The data now, newer than the evaluation:' : 'The data:'] : []),
    ...(data ? [bullets(dataHeadline(data))] : []),
    ...(tasks.length > 0 ? ['Agent tasks and BFCL:', bullets(tasks)] : []),
    'Artefacts:',
    [...sources.evaluation, ...others, ...sources.benchmarks]
      .map(({ artefact, manifest }) => `- ${escapeMarkdown(artefact)}: \`${manifest.hash}\``)
      .join('\n'),
    'The whole report is `report.html` in the same folder.',
  ]
    .join('\n\n')
    .concat('\n');
}

function evaluationParts({ metrics, statistics }: EvaluationData): string[] {
  const systems = Object.entries(metrics.systems);
  const scores = scoreTable(metrics.systems);
  const failures = FAILURE_KINDS.map((kind) => [
    FAILURE_TITLES[kind],
    ...systems.map(([, { outcomes }]) => String(outcomes[kind] ?? 0)),
  ]);
  const [first, ...rest] = headline(metrics, statistics.differences);
  const further = [...furtherLines(statistics), ...engineLines(metrics.systems), ...unscoredLines(metrics.systems)];
  return [
    '# How well the tools are called',
    escapeMarkdown(first!),
    ...(rest.length > 0 ? [bullets(rest)] : []),
    markdownTable(scores.head, scores.rows),
    'Failures by kind:',
    markdownTable(['Failure', ...systems.map(([name]) => name)], failures),
    ...(further.length > 0 ? [bullets(further)] : []),
  ];
}

/** How sure selections are, and which adapters pay. */
function furtherLines({ selection, worth }: ReportStatistics): string[] {
  const sure = selection.map(({ system, calibrationError, calls }) => {
    const { coverage, risk, threshold } = pointAt(calls.points, 0.8);
    const share = (value: number) => `${(100 * value).toFixed(1)}%`;
    return `${system}: calibration error of the selection ${calibrationError.toFixed(3)}; AURC ${calls.area.toFixed(3)} (${calls.wrong.toFixed(3)} without order); with a threshold of ${threshold.toFixed(2)}, ${share(coverage)} of the steps are taken and ${share(risk)} of these are wrong.`;
  });
  return [...sure, ...(worth.some(({ gains }) => gains.length > 0) ? conclusions(worth) : [])];
}

function unscoredLines(systems: Metrics['systems']): string[] {
  return Object.entries(systems).flatMap(([system, { unscored }]) =>
    unscored
      ? [`${system}: ${countText(unscored, 'step')} unscored, as the endpoint never answered; no figure counts them.`]
      : [],
  );
}

function bullets(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n');
}
