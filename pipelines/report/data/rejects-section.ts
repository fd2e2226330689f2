import { type Html, html } from '../html.ts';
import { table } from '../table.ts';
import { countText, nameText, numberText } from './count-text.ts';
import type { StageRejects } from './stage-rejects.ts';

/** Reasons shown at once; the others are folded. */
const MOST_SHOWN = 8;
/** Of a million different reasons nobody reads the last. */
const MOST_FOLDED = 200;
const LONGEST = 300;

/** Why rows, attempts, traces and samples were not used, stage by stage. */
export function rejectsSection(stages: readonly StageRejects[]): Html {
  return html`<section aria-labelledby="rejects"><h2 id="rejects">What was not used, and why</h2>
<p class="note">An attempt is a call or a query on the way to a trace; another one is made in its place, a few times over. A trace that is not used has no samples.</p>
${stages.map(stagePart)}
</section>`;
}

function stagePart({ stage, unit, reasons }: StageRejects): Html {
  const total = reasons.reduce((sum, { count }) => sum + count, 0);
  const [first, rest] = [reasons.slice(0, MOST_SHOWN), reasons.slice(MOST_SHOWN)];
  const restTotal = rest.reduce((sum, { count }) => sum + count, 0);
  return html`<h3>${stage} <small>${numberText(total)} ${unit}</small></h3>
${reasons.length === 0 ? html`<p class="note">Nothing was refused.</p>` : reasonTable(`Refused by ${stage}, the most frequent reasons first`, first)}
${
  rest.length > 0 &&
  html`<details><summary>${countText(rest.length, 'more reason')}, ${numberText(restTotal)} ${unit}</summary>${reasonTable(`Refused by ${stage}, the other reasons`, rest.slice(0, MOST_FOLDED))}${
    rest.length > MOST_FOLDED && html`<p class="note">The others are in rejects.json.</p>`
  }</details>`
}`;
}

function reasonTable(caption: string, reasons: StageRejects['reasons']): Html {
  return table({
    name: 'reasons',
    caption,
    head: ['Reason', 'Count'],
    rows: reasons.map(({ reason, count, example }) => [
      html`${nameText(reason, LONGEST)}${example !== undefined && html`<small>${nameText(example, LONGEST)}</small>`}`,
      numberText(count),
    ]),
  });
}
