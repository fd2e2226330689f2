import { choiceSection } from './choice-section.ts';
import { confusionSection } from './confusion-section.ts';
import { BROWSE_SCRIPT, BROWSE_SCRIPT_HASH, browseSection } from './data/browse-section.ts';
import { coverageSection } from './data/coverage-section.ts';
import { dataHeadline } from './data/data-headline.ts';
import { dataSection } from './data/data-section.ts';
import { DATA_STYLES } from './data/data-styles.ts';
import type { DataSummary } from './data/data-summary.ts';
import { rejectsSection } from './data/rejects-section.ts';
import { failureSection } from './failure-section.ts';
import { headline } from './headline.ts';
import { Html, html } from './html.ts';
import { offersSection } from './offers-section.ts';
import { provenanceSection } from './provenance-section.ts';
import type { EvaluationData, ReportData } from './report-data.ts';
import { isOfEvaluation, type ReportSources } from './report-sources.ts';
import { scoreSection } from './score-section.ts';
import { STYLES } from './styles.ts';
import { systemLooks } from './system-look.ts';
import { toolSection } from './tool-section.ts';
import { trainingSection } from './training-section.ts';

/** Nothing is loaded, and no script runs but the page's own one: the page is one file. */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src '${BROWSE_SCRIPT_HASH}'; base-uri 'none'; form-action 'none'`;

/** The whole report as one HTML file. */
export function reportPage({ evaluation, data, sources }: ReportData): string {
  const [title, [first, ...rest]] = evaluation
    ? ['How well the tools are called', headline(evaluation.metrics)]
    : ['What the data hold', data ? dataHeadline(data) : []];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Tool-calling report</title>
<style>${new Html(STYLES + DATA_STYLES)}</style>
</head>
<body><main>
<header><h1>${title}</h1>
<p class="lead">${first}</p>
${rest.map((sentence) => html`<p>${sentence}</p>`)}</header>
${evaluation && evaluationSections(evaluation)}
${data ? dataSections(data, sources) : noData()}
${evaluation && trainingSection(evaluation.curves)}
${provenanceSection({ evaluation, sources })}
</main>
${data && html`<script>${new Html(BROWSE_SCRIPT)}</script>`}</body>
</html>
`.text;
}

function evaluationSections({ metrics, offers, examples, bundle }: EvaluationData): Html {
  const looks = systemLooks(Object.keys(metrics.systems));
  return html`${scoreSection(metrics, looks)}
${toolSection(metrics, looks)}
${choiceSection(bundle?.choices)}
${offersSection(offers, looks)}
${confusionSection(metrics, looks)}
${failureSection(metrics, looks, examples)}`;
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
