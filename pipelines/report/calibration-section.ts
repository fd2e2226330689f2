import type { LineSeriesOption } from 'echarts';
import { chart } from './chart.ts';
import { points } from './headline.ts';
import { type Html, html } from './html.ts';
import { inPercent } from './in-percent.ts';
import { legend } from './legend.ts';
import { pointAt, type SelectionQuality } from './predictions/selection-quality.ts';
import { riskChart } from './risk-chart.ts';
import { stepsChart } from './steps-chart.ts';
import type { SystemLook } from './system-look.ts';
import { table } from './table.ts';

const COVERAGES = [0.5, 0.7, 0.8, 0.9, 0.95, 1];

/** Whether the selector's probabilities say how often it is right, and what is gained by not taking unsure selections. */
export function calibrationSection(all: readonly SelectionQuality[], looks: readonly SystemLook[]): Html | undefined {
  if (all.length === 0) return undefined;
  const own = all.map(({ system }) => looks.find(({ name }) => name === system)!);
  const partly = all.filter(({ n, steps }) => n < steps);
  return html`<section aria-labelledby="calibration"><h2 id="calibration">How sure the selection is</h2>
<figure>${legend(own)}${chart(reliabilityChart(all, own), 'Share of right selections by their probability; the tables below have the figures.')}
<figcaption>Selections by the probability that the selector gave them, in ten equal ranges, and how many of them are right, with 95% intervals (Wilson). On the dashed line probabilities say how often they are right; below it the selector is too sure.</figcaption></figure>
<figure>${legend(own)}${chart(riskChart(all, own), 'Share of wrong calls against the share of steps taken; the table below has the figures.')}
<figcaption>Where unsure selections are not taken (<code>serve.threshold</code>), fewer steps are answered, from right to left, and fewer of the answers are wrong. Solid: wrong calls; dashed: wrong selections.</figcaption></figure>
${table({
  caption: 'Reliability of the selection’s probability; less is better',
  head: ['System', 'Steps', 'Calibration error', 'Area, calls', 'without order', 'Area, selections', 'without order'],
  rows: all.map(({ system, n, calibrationError, calls, selections }) => [
    system,
    n,
    calibrationError.toFixed(3),
    ...[calls.area, calls.wrong, selections.area, selections.wrong].map((value) => value.toFixed(3)),
  ]),
})}
${all.map(abstainingTable)}
<p class="note">Calibration error: distance of probability and share of right ones, weighed by steps (ECE, ten ranges). Area: under risk against coverage (AURC); without any order it would be the share of wrong ones.${
    partly.length > 0 &&
    ` Some predictions of ${partly.map(({ system }) => system).join(', ')} have no probability: they were made before these were kept, or by an engine that gives none.`
  }</p>
</section>`;
}

function reliabilityChart(all: readonly SelectionQuality[], looks: readonly SystemLook[]) {
  const lines = all.map(({ system, bins }) =>
    bins.map(({ probability, right }) => ({
      x: Number((100 * probability).toFixed(2)),
      ...inPercent(right),
      tip: `${system}: ${right.n} selections with about ${(100 * probability).toFixed(0)}%\n${(100 * right.value).toFixed(1)}% right   [${(100 * right.low).toFixed(0)} to ${(100 * right.high).toFixed(0)}]`,
    })),
  );
  const diagonal = {
    type: 'line',
    silent: true,
    showSymbol: false,
    data: [
      [0, 0],
      [100, 100],
    ],
    lineStyle: { color: 'var(--muted)', type: 'dashed', width: 1 },
  } satisfies LineSeriesOption;
  const x = { name: 'probability of the selection, %', min: 0, max: 100 };
  return stepsChart(lines, looks, { x, y: 'right selections', apart: 4, more: [diagonal] });
}

function abstainingTable({ system, calls, selections }: SelectionQuality): Html {
  return html`<details><summary>Thresholds of ${system}</summary>${table({
    caption: `What a threshold leaves of ${system}`,
    head: ['Steps taken at least', 'Threshold', 'Steps taken', 'Wrong calls', 'to all steps', 'Wrong selections'],
    rows: COVERAGES.map((coverage) => {
      const [call, selection] = [pointAt(calls.points, coverage), pointAt(selections.points, coverage)];
      return [
        `${100 * coverage}%`,
        call.threshold.toFixed(3),
        `${(100 * call.coverage).toFixed(1)}%`,
        `${(100 * call.risk).toFixed(1)}%`,
        points(call.risk - calls.wrong),
        `${(100 * selection.risk).toFixed(1)}%`,
      ];
    }),
  })}</details>`;
}
