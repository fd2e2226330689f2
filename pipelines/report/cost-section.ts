import { chart } from './chart.ts';
import { type Html, html } from './html.ts';
import { intervalChart } from './interval-chart.ts';
import type { StepCost } from './predictions/step-costs.ts';
import { stackedChart } from './stacked-chart.ts';
import { table } from './table.ts';

/** Time and tokens of a step in each system. */
export function costSection(costs: readonly StepCost[]): Html | undefined {
  if (costs.length === 0) return undefined;
  const times = costs.map(({ system, latency: { p5, p50, p95 } }) => ({
    label: system,
    values: [{ value: p50, low: p5, high: p95 }],
  }));
  const look = { name: 'time of a step', color: 'var(--hit)', symbol: 'circle' } as const;
  const axis = { min: 0, unit: ' ms', words: (value: number) => `${Math.round(value)} ms` };
  const tokens = [
    { name: 'evaluated', values: costs.map(({ prefilled }) => prefilled) },
    { name: 'generated', values: costs.map(({ generated }) => generated) },
  ];
  return html`<section aria-labelledby="costs"><h2 id="costs">Time and tokens</h2>
<figure>${chart(intervalChart(times, [look], axis), 'Time of a step in each system; the table below has the figures.')}
<figcaption>Time of a step: median, and from the 5th to the 95th percentile.</figcaption></figure>
<figure>${stackedChart(
    costs.map(({ system }) => system),
    tokens,
    'Tokens of a step in each system; the table below has the figures.',
  )}
<figcaption>Prompt tokens evaluated and tokens generated, means of a step. What the engine still had of the step before is not evaluated again.</figcaption></figure>
${table({
  caption: 'Time of a step in ms, and mean tokens',
  head: ['System', 'p50', 'p95', 'p99', 'Tokens evaluated', 'Tokens generated'],
  rows: costs.map(({ system, latency, prefilled, generated }) => [
    system,
    ...[latency.p50, latency.p95, latency.p99, prefilled].map((value) => value.toFixed(0)),
    generated.toFixed(1),
  ]),
})}
</section>`;
}
