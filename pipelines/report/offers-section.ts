import type { Offers } from '../../core/metrics.ts';
import { percent } from '../evaluate/metrics-table.ts';
import { drawForBoth } from './chart.ts';
import { type Html, html } from './html.ts';
import { offersChart } from './offers-chart.ts';
import { legend } from './score-section.ts';
import type { SystemLook } from './system-look.ts';
import { table } from './table.ts';

/** Call accuracy over the number of tools on offer: chart and table. `undefined` where it was not measured. */
export function offersSection(offers: Offers | undefined, looks: readonly SystemLook[]): Html | undefined {
  if (offers === undefined || offers.sizes.length === 0) return undefined;
  const label = `Call accuracy of ${looks.map(({ name }) => name).join(', ')} by number of tools on offer; the table below has the figures.`;
  return html`<section aria-labelledby="offers"><h2 id="offers">More tools on offer</h2>
<figure>${legend(looks)}${drawForBoth((width) => offersChart(offers, looks, width), label)}
<figcaption>Call accuracy with its 95% interval (Wilson) on the same first steps, with fewer and more tools in the prompt than the adapters were trained with. Tools beyond the catalogue's are distractors from other servers, which no adapter has seen.</figcaption></figure>
${table({
  caption: 'Call accuracy (selection) by number of tools on offer',
  head: ['Tools on offer', 'of them distractors', ...looks.map(({ name }) => name)],
  rows: offers.sizes.map(({ tools, distractors, systems }) => [
    String(tools),
    String(distractors),
    ...looks.map(({ name }) => {
      const summary = systems[name];
      return summary ? `${percent(summary.call_accuracy)} (${percent(summary.selection_accuracy)})` : '–';
    }),
  ]),
})}
</section>`;
}
