import type { Metrics, SystemMetrics } from '../../core/metrics.ts';
import { chanceText } from './chance-text.ts';
import { chart } from './chart.ts';
import { points } from './headline.ts';
import { type Html, html } from './html.ts';
import { inPercent } from './in-percent.ts';
import { intervalChart } from './interval-chart.ts';
import { legend } from './legend.ts';
import type { TestedDifference } from './predictions/compare-systems.ts';
import { reportedScores, shareOf } from './score-names.ts';
import { scoreTable } from './score-table.ts';
import type { SystemLook } from './system-look.ts';
import { table } from './table.ts';

/** The systems side by side: chart, table, paired differences, what the scores mean. */
export function scoreSection(
  metrics: Metrics,
  looks: readonly SystemLook[],
  differences: readonly TestedDifference[],
): Html {
  const systems = looks.map(({ name }) => metrics.systems[name]!);
  const scores = reportedScores(systems);
  const rows = scores.map((score) => ({
    label: score.title,
    values: systems.map(({ overall }) => inPercent(shareOf(overall, score))),
    about: score.meaning,
  }));
  const label = `Scores of ${looks.map(({ name }) => name).join(', ')}; the table below has the figures.`;
  return html`<section aria-labelledby="scores"><h2 id="scores">The systems compared</h2>
<figure>${legend(looks)}${chart(intervalChart(rows, looks), label)}
<figcaption>Share of the ${metrics.cases.n} steps that each system gets right, with 95% intervals (Wilson); arguments are counted over the calls to the right tool, runs over the calls that could be run. All systems saw the same prompts and tools under the same limits.</figcaption></figure>
${table({ caption: 'Scores; call accuracy with its 95% interval', ...scoreTable(metrics.systems) })}
<details><summary>What the figures mean</summary><dl>${scores.map(
    ({ title, meaning }) => html`<dt>${title}</dt><dd>${meaning}</dd>`,
  )}<dt>Tokens in + out</dt><dd>prompt tokens evaluated and tokens generated per step; prompt tokens that the engine still had from the step before are not counted</dd></dl></details>
${unscoredNote(systems)}
${differencePart(differences, metrics)}
</section>`;
}

function unscoredNote(systems: readonly SystemMetrics[]): Html | undefined {
  if (!systems.some(({ unscored }) => unscored)) return undefined;
  return html`<p class="note">Unscored are steps that an endpoint never answered. They are neither right nor wrong: no figure counts them.</p>`;
}

function differencePart(all: readonly TestedDifference[], { cases }: Metrics): Html | undefined {
  if (all.length === 0) return undefined;
  const titles = { selection_accuracy: 'Selection', args_exact: 'Call, exact', call_accuracy: 'Call accuracy' };
  const pairs = [...new Set(all.map(({ system, reference }) => `${system} − ${reference}`))];
  const cells = (pair: string, score: string) => {
    const found = all.find((one) => `${one.system} − ${one.reference}` === pair && one.score === score);
    if (found === undefined) return ['–', '–'];
    return [`${points(found.value)} [${points(found.low)} to ${points(found.high)}]`, chanceText(found.adjusted)];
  };
  return html`<h3>Differences on the same steps</h3>
${table({
  caption: 'Differences in percentage points, with 95% intervals, and how probable so large ones are by chance (p)',
  head: ['Pair', ...Object.values(titles).flatMap((title) => [title, 'p'])],
  rows: pairs.map((pair) => [pair, ...Object.keys(titles).flatMap((score) => cells(pair, score))]),
})}
<p class="note">Intervals: paired bootstrap over ${cases.traces} traces. p: exact sign-flip test over traces (McNemar’s where each has one step), corrected by Holm over the pairs of a score. Where an interval contains 0, or p is over 0.05, the difference may be chance.</p>`;
}
