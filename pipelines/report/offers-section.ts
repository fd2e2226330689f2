import type { Offers } from '../../core/metrics.ts';
import { percent } from '../evaluate/metrics-table.ts';
import { chart } from './chart.ts';
import { type Html, html } from './html.ts';
import { inPercent } from './in-percent.ts';
import { legend } from './legend.ts';
import { stepsChart } from './steps-chart.ts';
import type { SystemLook } from './system-look.ts';
import { table } from './table.ts';

/** Call accuracy over the number of tools on offer: chart and table. `undefined` where it was not measured. */
export function offersSection(offers: Offers | undefined, looks: readonly SystemLook[]): Html | undefined {
  if (offers === undefined || offers.sizes.length === 0) return undefined;
  const label = `Call accuracy of ${looks.map(({ name }) => name).join(', ')} by number of tools on offer; the table below has the figures.`;
  return html`<section aria-labelledby="offers"><h2 id="offers">More tools on offer</h2>
<figure>${legend(looks)}${chart(offersChart(offers, looks), label)}
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

function offersChart({ sizes }: Offers, looks: readonly SystemLook[]) {
  const lines = looks.map(({ name }) =>
    sizes.flatMap(({ tools, systems }, x) => {
      const share = systems[name]?.call_accuracy;
      if (!share) return [];
      const tip = `${name}, ${tools} tools on offer\n${percent(share)}   [${Math.round(100 * share.low)} to ${Math.round(100 * share.high)}%]`;
      return [{ x, ...inPercent(share), tip }];
    }),
  );
  const categories = sizes.map(({ tools }) => String(tools));
  return stepsChart(lines, looks, { x: { name: 'tools on offer', categories } });
}
