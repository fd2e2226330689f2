import type { Metrics, Outcome } from '../../core/metrics.ts';
import type { PredictionRecord } from '../evaluate/prediction-record.ts';
import { FAILURE_KINDS, FAILURE_TITLES, type FailureKind } from './failure-examples.ts';
import { type Html, html } from './html.ts';
import type { SystemLook } from './system-look.ts';
import { table } from './table.ts';

/** Longest text that is shown of one value. */
const MAX_TEXT = 1200;

/** How often each kind of failure happens, and one example of each. */
export function failureSection(
  metrics: Metrics,
  looks: readonly SystemLook[],
  examples: ReadonlyMap<FailureKind, PredictionRecord>,
): Html {
  const count = (system: string, outcome: Outcome) => metrics.systems[system]!.outcomes[outcome] ?? 0;
  const shown = FAILURE_KINDS.filter((kind) => examples.has(kind));
  return html`<section aria-labelledby="failures"><h2 id="failures">What goes wrong</h2>
${table({
  caption: 'Steps by outcome',
  head: ['Outcome', ...looks.map(({ name }) => name)],
  rows: (['right', ...FAILURE_KINDS] as const).map((kind) => [
    kind === 'right' ? 'Right' : FAILURE_TITLES[kind],
    ...looks.map(({ name }) => count(name, kind)),
  ]),
})}
<p class="note">Of a call to the right tool, the first wrong argument decides. ${
    shown.length === 0 ? 'There is no failure to show.' : 'One example of each kind that occurs:'
  }</p>
${shown.map((kind) => example(kind, examples.get(kind)!))}
</section>`;
}

function example(kind: FailureKind, record: PredictionRecord): Html {
  const { gold, predicted, malformed } = record;
  const expected = gold.tool === null ? undefined : { tool: gold.tool, given: gold.arguments ?? gold.possible };
  const made = predicted && { tool: predicted.tool ?? `${predicted.name} (no such tool)`, given: predicted.arguments };
  return html`<article><h3>${FAILURE_TITLES[kind]} <small>${record.system}</small></h3>
<blockquote>${clip(record.query)}</blockquote>
<div class="pair"><div><h4>Expected</h4>${callBlock(expected)}</div>
<div><h4>Predicted</h4>${malformed === undefined ? callBlock(made ?? undefined) : html`<pre>${clip(record.text) || '(nothing)'}</pre>`}</div></div>
<p class="note">${record.why}</p></article>`;
}

function callBlock(call: { tool: string; given: unknown } | undefined): Html {
  if (call === undefined) return html`<pre class="none">no call</pre>`;
  return html`<pre><b>${call.tool}</b>\n${clip(JSON.stringify(call.given ?? {}, null, 2))}</pre>`;
}

function clip(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
