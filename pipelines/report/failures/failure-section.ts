import type { Metrics, Outcome } from '../../../core/metrics.ts';
import { MALFORMED } from '../../../core/metrics.ts';
import { RESPOND } from '../../../core/tool.ts';
import type { BrowsedSample } from '../data/browse-data.ts';
import { nameText, numberText } from '../data/count-text.ts';
import { embeddedJson } from '../data/embedded-json.ts';
import { type Html, html } from '../html.ts';
import { ERROR_TITLES } from '../predictions/error-titles.ts';
import { stackedChart } from '../stacked-chart.ts';
import type { SystemLook } from '../system-look.ts';
import { table } from '../table.ts';
import type { FailureCases } from './failure-cases.ts';
import { FAILURE_KINDS, FAILURE_TITLES } from './failure-kinds.ts';

/** What can be browsed. */
export interface BrowsedFailures extends FailureCases {
  /** Held-out samples of their traces. */
  masks: Record<string, BrowsedSample[]>;
}

/** How often each kind of failure happens, and every failure, side by side with what other systems made of the same step. */
export function failureSection(metrics: Metrics, looks: readonly SystemLook[], failures: BrowsedFailures): Html {
  const count = (system: string, outcome: Outcome) => metrics.systems[system]!.outcomes[outcome] ?? 0;
  const names = looks.map(({ name }) => name);
  const series = FAILURE_KINDS.map((kind) => ({
    name: FAILURE_TITLES[kind],
    values: names.map((name) => count(name, kind)),
  }));
  return html`<section aria-labelledby="failures"><h2 id="failures">What goes wrong</h2>
<figure>${stackedChart(names, series, 'Failures of each system by kind; the table below has the figures.')}
<figcaption>Steps that each system decides wrongly, by kind. Of a call to the right tool, the first wrong argument decides.</figcaption></figure>
<details><summary>All figures by outcome</summary>${table({
    caption: 'Steps by outcome',
    head: ['Outcome', ...names],
    rows: (['right', ...FAILURE_KINDS] as const).map((kind) => [
      kind === 'right' ? 'Right' : FAILURE_TITLES[kind],
      ...names.map((name) => count(name, kind)),
    ]),
  })}</details>
${browser(failures, names)}
</section>`;
}

function browser({ total, cases, masks }: BrowsedFailures, systems: readonly string[]): Html {
  if (total === 0) return html`<p class="note">There is no failure to show.</p>`;
  const all = (values: readonly string[]) => [...new Set(values)].sort();
  const made = cases.flatMap((one) => one.made.filter(({ outcome }) => outcome !== 'right'));
  const found = new Set<string>(made.flatMap(({ errors = [] }) => errors.map(({ kind }) => kind)));
  const kinds = Object.entries(ERROR_TITLES).filter(([kind]) => found.has(kind));
  return html`<h3 id="browse-failures">Every failure</h3>
<p class="note">${
    cases.length < total
      ? `The first ${numberText(cases.length)} of ${numberText(total)} steps in which a system failed; all are in evaluation/predictions.jsonl.`
      : 'All steps in which a system failed.'
  } Long texts are cut. Open one to see what each system made of it.</p>
<noscript><p class="notice">This list and the charts are made by a script, and scripts are off. The tables are in the page.</p></noscript>
<form class="filters" id="failure-filters" autocomplete="off" hidden>
<label class="search">Search <input type="search" name="text" placeholder="words in query, calls, reasons"></label>
${select(
  'system',
  'Wrong in',
  systems.map((name, at) => [String(at), name]),
  String(systems.length - 1),
)}
${select(
  'outcome',
  'Kind',
  FAILURE_KINDS.map((kind) => [kind, FAILURE_TITLES[kind]]),
)}
${select('wanted', 'Right tool', labelled(all(cases.map(({ wanted }) => wanted))))}
${select('chosen', 'Chosen', labelled(all(made.map(({ chosen }) => chosen))))}
${kinds.length > 0 && select('error', 'Wrong argument', kinds)}
${
  systems.length > 1 &&
  select('rest', 'Other systems', [
    ['right', 'one is right'],
    ['wrong', 'all wrong'],
  ])
}
${select('order', 'Order', [['sure', 'surest first']])}
<button type="reset">Clear</button>
</form>
<p class="note" id="failure-count" role="status"></p>
<ol class="traces" id="failure-list"></ol>
<p class="pages" id="failure-pages" hidden></p>
${embeddedJson({ systems, titles: { right: 'Right', ...FAILURE_TITLES }, errors: ERROR_TITLES, cases, masks }, 'failure-data')}`;
}

function labelled(values: readonly string[]): [string, string][] {
  const special: Record<string, string> = { [RESPOND]: 'no call', [MALFORMED]: 'malformed' };
  return values.map((value) => [value, special[value] ?? nameText(value)]);
}

/** @param chosen absent: all */
function select(name: string, label: string, options: readonly (readonly [string, string])[], chosen?: string): Html {
  const none = name === 'order' ? 'as evaluated' : name === 'system' ? 'any' : 'all';
  return html`<label>${label} <select name="${name}"><option value="">${none}</option>${options.map(
    ([value, title]) => html`<option value="${value}"${value === chosen && html` selected`}>${title}</option>`,
  )}</select></label>
`;
}
