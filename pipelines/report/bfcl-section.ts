import { bfclRows } from '../bfcl/bfcl-table.ts';
import { GROUPS, type Group } from '../bfcl/categories.ts';
import type { BfclRun } from './benchmarks/read-benchmarks.ts';
import { chart } from './chart.ts';
import { type Html, html } from './html.ts';
import { inPercent } from './in-percent.ts';
import { intervalChart } from './interval-chart.ts';
import { legend } from './legend.ts';
import type { SystemLook } from './system-look.ts';
import { table } from './table.ts';

/** The systems on the Berkeley leaderboard's questions, by category and group. `undefined` where they were not asked. */
export function bfclSection(runs: readonly BfclRun[], looks: readonly SystemLook[]): Html | undefined {
  if (runs.length === 0) return undefined;
  return html`<section aria-labelledby="bfcl"><h2 id="bfcl">Berkeley Function Calling Leaderboard</h2>
${runs.map((run) => runPart(run, looks, { titled: runs.length > 1 }))}
<p class="note">What a bundle keeps of the base’s general ability: no adapter was trained on these functions. Groups: <code>non_live</code> and <code>irrelevance</code> are means of their categories, <code>live</code> of its questions; without a figure where a category was not asked. Unscored and refused questions count nowhere: neither right nor wrong.</p>
</section>`;
}

function runPart({ folder, metrics }: BfclRun, looks: readonly SystemLook[], { titled }: { titled: boolean }): Html {
  const names = Object.keys(metrics.systems);
  const own = names.map((name) => looks.find((look) => look.name === name)!);
  const rows = Object.entries(metrics.data).map(([category, { asked }]) => ({
    label: category,
    values: names.map((name) => inPercent(metrics.systems[name]!.categories[category]!.accuracy)),
    about: `${asked} questions`,
  }));
  return html`${titled && html`<h3>${folder}</h3>`}
<figure>${legend(own)}${chart(intervalChart(rows, own), `Accuracy by category in ${folder}; the table below has the figures.`)}
<figcaption>Share of right answers in each category, with 95% intervals (Wilson).</figcaption></figure>
${table({
  caption: `Right answers by category, with 95% intervals, and by group (${folder})`,
  head: ['Category', 'Asked', 'Refused', ...names],
  rows: bfclRows(metrics),
})}`;
}

/** A line for each system of each run: its groups, and what is unscored. */
export function bfclLines(runs: readonly BfclRun[]): string[] {
  return runs.flatMap(({ folder, metrics }) =>
    Object.entries(metrics.systems).map(([name, { groups, categories }]) => {
      const shares = (Object.keys(GROUPS) as Group[]).map((group) => {
        const value = groups[group] ?? null;
        return `${group} ${value === null ? '–' : `${(100 * value).toFixed(1)}%`}`;
      });
      const unscored = Object.values(categories).reduce((sum, one) => sum + one.unscored, 0);
      return `BFCL (${folder}), ${name}: ${[...shares, ...(unscored > 0 ? [`${unscored} unscored`] : [])].join(', ')}.`;
    }),
  );
}
