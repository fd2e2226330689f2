import type { Metrics } from '../../core/metrics.ts';
import { drawForBoth } from './chart.ts';
import { points } from './headline.ts';
import { type Html, html } from './html.ts';
import { intervalChart } from './interval-chart.ts';
import { reportedScores, shareOf } from './score-names.ts';
import { scoreTable } from './score-table.ts';
import type { SystemLook } from './system-look.ts';
import { table } from './table.ts';

/** The systems side by side: chart, table, paired differences, what the scores mean. */
export function scoreSection(metrics: Metrics, looks: readonly SystemLook[]): Html {
  const systems = looks.map(({ name }) => metrics.systems[name]!);
  const scores = reportedScores(systems);
  const rows = scores.map((score) => ({
    label: score.title,
    shares: systems.map(({ overall }) => shareOf(overall, score)),
  }));
  const label = `Scores of ${looks.map(({ name }) => name).join(', ')}; the table below has the figures.`;
  return html`<section aria-labelledby="scores"><h2 id="scores">The systems compared</h2>
<figure>${legend(looks)}${drawForBoth((width) => intervalChart(rows, looks, width), label)}
<figcaption>Share of the ${metrics.cases.n} steps that each system gets right, with 95% intervals (Wilson); arguments are counted over the calls to the right tool, runs over the calls that could be run. All systems saw the same prompts and tools under the same limits.</figcaption></figure>
${table({ caption: 'Scores; call accuracy with its 95% interval', ...scoreTable(metrics.systems) })}
<details><summary>What the figures mean</summary><dl>${scores.map(
    ({ title, meaning }) => html`<dt>${title}</dt><dd>${meaning}</dd>`,
  )}<dt>Tokens in + out</dt><dd>prompt tokens evaluated and tokens generated per step; prompt tokens that the engine still had from the step before are not counted</dd></dl></details>
${differences(metrics)}
</section>`;
}

/** Which colour and shape is which system. */
export function legend(looks: readonly SystemLook[]): Html {
  return html`<ul class="legend">${looks.map(
    ({ name, color, symbol }) => html`<li><span class="mark ${symbol}" style="--mark: ${color}"></span>${name}</li>`,
  )}</ul>`;
}

function differences({ differences: all, cases }: Metrics): Html | undefined {
  if (all.length === 0) return undefined;
  const titles = { selection_accuracy: 'Selection', args_exact: 'Call, exact', call_accuracy: 'Call accuracy' };
  const pairs = [...new Set(all.map(({ system, reference }) => `${system} − ${reference}`))];
  const cell = (pair: string, score: string) => {
    const found = all.find((one) => `${one.system} − ${one.reference}` === pair && one.score === score);
    return found ? `${points(found.value)} [${points(found.low)} to ${points(found.high)}]` : '–';
  };
  return html`<h3>Differences on the same steps</h3>
${table({
  caption: 'Differences in percentage points, with 95% intervals',
  head: ['Pair', ...Object.values(titles)],
  rows: pairs.map((pair) => [pair, ...Object.keys(titles).map((score) => cell(pair, score))]),
})}
<p class="note">Paired bootstrap over ${cases.traces} traces. Where an interval contains 0, the difference may be chance.</p>`;
}
