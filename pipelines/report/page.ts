import { benchmarkedSystems } from './benchmarks/read-benchmarks.ts';
import { bfclSection } from './bfcl-section.ts';
import { calibrationSection } from './calibration-section.ts';
import { choiceSection } from './choice-section.ts';
import { confusionSection } from './confusion-section.ts';
import { costSection } from './cost-section.ts';
import { browseSection } from './data/browse-section.ts';
import { coverageSection } from './data/coverage-section.ts';
import { dataHeadline } from './data/data-headline.ts';
import { dataSection } from './data/data-section.ts';
import { DATA_STYLES } from './data/data-styles.ts';
import type { DataSummary } from './data/data-summary.ts';
import { rejectsSection } from './data/rejects-section.ts';
import { errorSection } from './error-section.ts';
import { failureSection } from './failures/failure-section.ts';
import { FAILURE_STYLES } from './failures/failure-styles.ts';
import { headline } from './headline.ts';
import { Html, html } from './html.ts';
import { offersSection } from './offers-section.ts';
import { pageScripts } from './page-scripts.ts';
import { provenanceSection } from './provenance-section.ts';
import type { EvaluationData, ReportData } from './report-data.ts';
import { isOfEvaluation, type ReportSources } from './report-sources.ts';
import { scoreSection } from './score-section.ts';
import { STYLES } from './styles.ts';
import { suiteSection } from './suite-section.ts';
import { type SystemLook, systemLooks } from './system-look.ts';
import { toolSection } from './tool-section.ts';
import { trainingSection } from './training-section.ts';
import { worthSection } from './worth-section.ts';

/** The whole report as one HTML file: nothing is loaded, and no script runs but the page's own ones. */
export function reportPage({ evaluation, data, benchmarks, sources }: ReportData): string {
  const [title, [first, ...rest]] = evaluation
    ? ['How well the tools are called', headline(evaluation.metrics, evaluation.statistics.differences)]
    : ['What the data hold', data ? dataHeadline(data) : []];
  const scripts = pageScripts({ withCharts: evaluation !== undefined || sources.benchmarks.length > 0 });
  const evaluated = Object.keys(evaluation?.metrics.systems ?? {});
  // Of all sections together, so that a system looks the same in each.
  const looks = systemLooks([...new Set([...evaluated, ...benchmarkedSystems(benchmarks)])]);
  const sections = html`${evaluation && evaluationSections(evaluation, looks.slice(0, evaluated.length))}
${suiteSection(benchmarks.suites, looks)}
${bfclSection(benchmarks.bfcl, looks)}
${data ? dataSections(data, sources) : noData()}
${evaluation && trainingSection(evaluation.curves)}
${provenanceSection({ evaluation, sources })}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${scripts.policy}">
<title>Tool-calling report</title>
<style>${new Html(STYLES + DATA_STYLES + FAILURE_STYLES)}</style>
</head>
<body><main>
<header><h1>${title}</h1>
<p class="lead">${first}</p>
${rest.map((sentence) => html`<p>${sentence}</p>`)}</header>
${contents(sections)}
${sections}
</main>
${scripts.html}</body>
</html>
`.text;
}

/** Links to the sections, whose headings hold nothing that comes from outside. */
function contents({ text }: Html): Html {
  const headings = [...text.matchAll(/<h2 id="([\w-]+)">([^<]+)<\/h2>/g)];
  return html`<nav aria-label="Sections"><ul class="contents">${headings.map(
    ([, id, title]) => html`<li><a href="#${id}">${new Html(title!)}</a></li>`,
  )}</ul></nav>`;
}

function evaluationSections(
  { metrics, offers, statistics, failures, bundle }: EvaluationData,
  looks: readonly SystemLook[],
): Html {
  return html`${scoreSection(metrics, looks, statistics.differences)}
${toolSection(metrics, looks, statistics)}
${choiceSection(bundle?.choices)}
${worthSection(statistics.worth)}
${offersSection(offers, looks)}
${confusionSection(metrics, looks)}
${calibrationSection(statistics.selection, looks)}
${errorSection(statistics.errors)}
${failureSection(metrics, looks, failures)}
${costSection(statistics.costs, metrics.systems)}`;
}

function dataSections(data: DataSummary, sources: ReportSources): Html {
  return html`${dataSection(data, { notice: noticeOf(sources), lead: sources.evaluation.length > 0 })}
${coverageSection(data.coverage)}
${rejectsSection(data.rejects)}
${browseSection(data.browse)}`;
}

/** How the data stand to the evaluation. */
function noticeOf(sources: ReportSources): string {
  if (sources.evaluation.length === 0)
    return 'There is no evaluation yet. The scores of the adapters will stand here after `pnpm pipeline run`, or `train`, `convert` and `evaluate`.';
  return isOfEvaluation(sources)
    ? 'The adapters were evaluated on these data: what is held out here are the steps of the evaluation above.'
    : 'These are the data that lie in the workspace now. The evaluation above was made from older ones, whose figures are not shown: `pnpm pipeline run` evaluates anew.';
}

function noData(): Html {
  return html`<section aria-labelledby="data"><h2 id="data">The data</h2>
<p class="notice">Not shown: the samples in the workspace were changed, or what they were made from was. <code>pnpm pipeline build-data</code> makes them again.</p></section>`;
}
