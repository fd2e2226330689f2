import { MALFORMED, type Metrics, type SystemMetrics } from '../../core/metrics.ts';
import { RESPOND } from '../../core/tool.ts';
import { type Html, html } from './html.ts';
import type { SystemLook } from './system-look.ts';
import { toolLabels } from './tool-labels.ts';

/** A larger matrix is no longer read: it shows the tools of the most frequent mistakes. */
const MAX_LABELS = 40;
const TOP = 6;

/** For each system, which tool was called where which was wanted. The last system is open. */
export function confusionSection(metrics: Metrics, looks: readonly SystemLook[]): Html {
  return html`<section aria-labelledby="confusion"><h2 id="confusion">Which tool was taken for which</h2>
<p class="note">Rows: what was right. Columns: what was chosen. On the diagonal (blue) the choice was right; everything else (orange) is a mistake, and leads to its steps below.</p>
${looks.map(({ name }, index) => {
  const { confusion } = metrics.systems[name]!;
  return html`<details${index === looks.length - 1 && html` open`}><summary>${name}</summary>${matrix(name, confusion)}${mistakes(name, confusion)}</details>`;
})}
</section>`;
}

type Confusion = SystemMetrics['confusion'];

function matrix(system: string, all: Confusion): Html {
  const kept = mostMistaken(all);
  const confusion = all.filter(({ gold, predicted }) => kept.has(gold) && kept.has(predicted));
  const isWhole = confusion.length === all.length;
  const golds = inOrder(confusion.map(({ gold }) => gold));
  const columns = inOrder(confusion.flatMap(({ gold, predicted }) => [gold, predicted]));
  const labels = toolLabels(columns);
  const counts = new Map(confusion.map(({ gold, predicted, count }) => [JSON.stringify([gold, predicted]), count]));
  const caption = `Selections of ${system}, as counts${isWhole ? '' : ': the tools of the most frequent mistakes'}`;
  const cell = (gold: string, predicted: string, total: number) => {
    const count = counts.get(JSON.stringify([gold, predicted])) ?? 0;
    if (count === 0) return html`<td></td>`;
    const kind = gold === predicted ? 'hit' : 'miss';
    const shown = kind === 'hit' ? count : failureLink({ system, gold, predicted }, count);
    return html`<td class="${kind}" style="--share: ${((100 * count) / total).toFixed(0)}%">${shown}</td>`;
  };
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="matrix">
<caption>${caption}</caption>
<thead><tr><th scope="col">right ↓ chosen →</th>${columns.map((label) => html`<th scope="col"><span title="${label}">${labels.get(label)}</span></th>`)}</tr></thead>
<tbody>${golds.map((gold) => {
    const total = confusion.reduce((sum, one) => sum + (one.gold === gold ? one.count : 0), 0);
    return html`<tr><th scope="row">${labels.get(gold)}</th>${columns.map((predicted) => cell(gold, predicted, total))}</tr>`;
  })}</tbody>
</table></div>`;
}

/** The labels of the most frequent mistakes, as many as a matrix shows; all where these are few. */
function mostMistaken(confusion: Confusion): ReadonlySet<string> {
  const all = new Set(confusion.flatMap(({ gold, predicted }) => [gold, predicted]));
  if (all.size <= MAX_LABELS) return all;
  const kept = new Set<string>();
  const wrong = confusion.filter(({ gold, predicted }) => gold !== predicted).sort((a, b) => b.count - a.count);
  for (const { gold, predicted } of wrong) {
    if (kept.size > MAX_LABELS - 2) break;
    kept.add(gold).add(predicted);
  }
  return kept;
}

/** Filters the failures below, by script. */
function failureLink(one: { system: string; gold: string; predicted: string }, text: string | number | Html): Html {
  return html`<a href="#browse-failures" data-system="${one.system}" data-wanted="${one.gold}" data-chosen="${one.predicted}">${text}</a>`;
}

function mistakes(system: string, confusion: Confusion): Html {
  const labels = toolLabels(inOrder(confusion.flatMap(({ gold, predicted }) => [gold, predicted])));
  const wrong = confusion.filter(({ gold, predicted }) => gold !== predicted).sort((a, b) => b.count - a.count);
  if (wrong.length === 0) return html`<p class="note">No mistake.</p>`;
  const list = wrong
    .slice(0, TOP)
    .map(
      ({ gold, predicted, count }) =>
        html`<li>${failureLink({ system, gold, predicted }, html`${labels.get(gold)} → ${labels.get(predicted)}`)} <b>${count}×</b></li>`,
    );
  return html`<p class="note">Most frequent mistakes:</p><ul class="mistakes">${list}</ul>`;
}

/** Tools by name, then `respond`, then what is no tool. */
function inOrder(labels: readonly string[]): string[] {
  const rank = (label: string) => [RESPOND, MALFORMED].indexOf(label);
  return [...new Set(labels)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
