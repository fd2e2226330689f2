import type { SystemMetrics } from '../../core/metrics.ts';
import { chart } from './chart.ts';
import { type Html, html } from './html.ts';
import { intervalChart } from './interval-chart.ts';
import type { StepCost } from './predictions/step-costs.ts';
import { sizeText } from './size-text.ts';
import { stackedChart } from './stacked-chart.ts';
import { table } from './table.ts';

type Systems = Readonly<Record<string, SystemMetrics>>;

/** Time and tokens of a step in each system, and what its engines took. */
export function costSection(costs: readonly StepCost[], systems: Systems): Html | undefined {
  if (costs.length === 0) return undefined;
  const times = costs.map(({ system, latency: { p5, p50, p95 } }) => ({
    label: system,
    values: [{ value: p50, low: p5, high: p95 }],
  }));
  const tokens = [
    { name: 'evaluated', values: costs.map(({ prefilled }) => prefilled) },
    { name: 'generated', values: costs.map(({ generated }) => generated) },
  ];
  return html`<section aria-labelledby="costs"><h2 id="costs">Time, tokens and memory</h2>
<figure>${timeChart('time of a step', times, 'Time of a step in each system; the table below has the figures.')}
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
${switchFigure(systems)}
${enginePart(systems)}
</section>`;
}

function timeChart(name: string, rows: Parameters<typeof intervalChart>[0], label: string): Html {
  const look = { name, color: 'var(--hit)', symbol: 'circle' } as const;
  const axis = { min: 0, unit: ' ms', words: msText };
  return chart(intervalChart(rows, [look], axis), label);
}

function switchFigure(systems: Systems): Html | undefined {
  const rows = Object.entries(systems).flatMap(([label, { switch_ms }]) =>
    switch_ms === undefined
      ? []
      : [
          {
            label,
            values: [{ value: switch_ms.p50, low: switch_ms.p50, high: switch_ms.p95 }],
            about: `${switch_ms.n} switches`,
          },
        ],
  );
  if (rows.length === 0) return undefined;
  return html`<figure>${timeChart('time of an adapter switch', rows, 'Time of an adapter switch in each system; the table below has the figures.')}
<figcaption>Time from asking for another adapter until the engine can take the prompt: median, and up to the 95th percentile.</figcaption></figure>`;
}

/** Of the systems that used an engine in this machine. */
function enginePart(systems: Systems): Html | undefined {
  const measured = Object.entries(systems).filter(([, { memory, switch_ms }]) => memory ?? switch_ms);
  if (measured.length === 0) return undefined;
  return html`${table({
    caption: 'Adapter switches in ms, and memory',
    head: ['System', 'Switches', 'p50', 'p95', 'Resident peak', 'Engine state'],
    rows: measured.map(([system, { switch_ms, memory }]) => [
      system,
      ...(switch_ms ? [switch_ms.n, switch_ms.p50.toFixed(1), switch_ms.p95.toFixed(1)] : ['–', '–', '–']),
      memory ? sizeText(memory.resident_peak) : '–',
      memory?.engine_state === undefined ? '–' : sizeText(memory.engine_state),
    ]),
  })}
<p class="note">Resident peak: of the whole evaluating process after a step of the system, whatever else runs in it. Engine state: caches and adapters of the system’s own sessions, without the base’s weights. A dash: there was no switch, or the engine does not tell.</p>`;
}

/** A line for each system that used an engine in this machine. */
export function engineLines(systems: Systems): string[] {
  return Object.entries(systems).flatMap(([system, { switch_ms, memory }]) => {
    const parts = [
      ...(switch_ms
        ? [`adapter switch ${switch_ms.p50.toFixed(1)} ms (p95 ${switch_ms.p95.toFixed(1)} ms, n ${switch_ms.n})`]
        : []),
      ...(memory ? [`resident peak ${sizeText(memory.resident_peak)}`] : []),
      ...(memory?.engine_state === undefined ? [] : [`engine state ${sizeText(memory.engine_state)}`]),
    ];
    return parts.length === 0 ? [] : [`${system}: ${parts.join(', ')}.`];
  });
}

function msText(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
