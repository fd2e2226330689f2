import { MALFORMED, type Metrics, type SystemMetrics } from '../../core/metrics.ts';
import { RESPOND } from '../../core/tool.ts';
import { type Html, html } from './html.ts';
import type { SystemLook } from './system-look.ts';
import { toolLabels } from './tool-labels.ts';

/** A larger matrix is no longer read: then the list of the most frequent confusions has to do. */
const MAX_LABELS = 48;
const TOP = 6;

/** For each system, which tool was called where which was wanted. The last system is open. */
export function confusionSection(metrics: Metrics, looks: readonly SystemLook[]): Html {
  return html`<section aria-labelledby="confusion"><h2 id="confusion">Which tool was taken for which</h2>
<p class="note">Rows: what was right. Columns: what was chosen. On the diagonal (blue) the choice was right; everything else (orange) is a mistake.</p>
${looks.map(({ name }, index) => {
  const { confusion } = metrics.systems[name]!;
  return html`<details${index === looks.length - 1 && html` open`}><summary>${name}</summary>${matrix(name, confusion)}${mistakes(confusion)}</details>`;
})}
</section>`;
}

type Confusion = SystemMetrics['confusion'];

function matrix(system: string, confusion: Confusion): Html | undefined {
  const golds = inOrder(confusion.map(({ gold }) => gold));
  const columns = inOrder(confusion.flatMap(({ gold, predicted }) => [gold, predicted]));
  if (columns.length > MAX_LABELS) return undefined;
  const labels = toolLabels(columns);
  const counts = new Map(confusion.map(({ gold, predicted, count }) => [JSON.stringify([gold, predicted]), count]));
  const caption = `Selections of ${system}, as counts`;
  const cell = (gold: string, predicted: string, total: number) => {
    const count = counts.get(JSON.stringify([gold, predicted])) ?? 0;
    if (count === 0) return html`<td></td>`;
    const kind = gold === predicted ? 'hit' : 'miss';
    return html`<td class="${kind}" style="--share: ${((100 * count) / total).toFixed(0)}%">${count}</td>`;
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

function mistakes(confusion: Confusion): Html {
  const labels = toolLabels(inOrder(confusion.flatMap(({ gold, predicted }) => [gold, predicted])));
  const wrong = confusion.filter(({ gold, predicted }) => gold !== predicted).sort((a, b) => b.count - a.count);
  if (wrong.length === 0) return html`<p class="note">No mistake.</p>`;
  const list = wrong
    .slice(0, TOP)
    .map(
      ({ gold, predicted, count }) => html`<li>${labels.get(gold)} → ${labels.get(predicted)} <b>${count}×</b></li>`,
    );
  return html`<p class="note">Most frequent mistakes:</p><ul class="mistakes">${list}</ul>`;
}

/** Tools by name, then `respond`, then what is no tool. */
function inOrder(labels: readonly string[]): string[] {
  const rank = (label: string) => [RESPOND, MALFORMED].indexOf(label);
  return [...new Set(labels)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
