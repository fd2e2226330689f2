import { confusionSection } from './confusion-section.ts';
import { failureSection } from './failure-section.ts';
import { headline } from './headline.ts';
import { Html, html } from './html.ts';
import { offersSection } from './offers-section.ts';
import { provenanceSection } from './provenance-section.ts';
import type { ReportData } from './report-data.ts';
import { scoreSection } from './score-section.ts';
import { STYLES } from './styles.ts';
import { systemLooks } from './system-look.ts';
import { toolSection } from './tool-section.ts';
import { trainingSection } from './training-section.ts';

/** Nothing is loaded and nothing runs: the page is one file without scripts. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** The whole report as one HTML file. */
export function reportPage({ metrics, offers, examples, curves, origins, bundle }: ReportData): string {
  const looks = systemLooks(Object.keys(metrics.systems));
  const [first, ...rest] = headline(metrics);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Tool-calling report</title>
<style>${new Html(STYLES)}</style>
</head>
<body><main>
<header><h1>How well the tools are called</h1>
<p class="lead">${first}</p>
${rest.map((sentence) => html`<p>${sentence}</p>`)}</header>
${scoreSection(metrics, looks)}
${toolSection(metrics, looks)}
${offersSection(offers, looks)}
${confusionSection(metrics, looks)}
${failureSection(metrics, looks, examples)}
${trainingSection(curves)}
${provenanceSection(metrics, origins, bundle)}
</main></body>
</html>
`.text;
}
