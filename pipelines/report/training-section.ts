import { drawChart } from './chart.ts';
import { type Html, html } from './html.ts';
import { lossChart } from './loss-chart.ts';
import type { TrainingCurve } from './training-curve.ts';

/** A small chart of the loss of each adapter. `undefined` where no training left a log. */
export function trainingSection(curves: readonly TrainingCurve[]): Html | undefined {
  if (curves.length === 0) return undefined;
  return html`<section aria-labelledby="training"><h2 id="training">Training of the adapters</h2>
<ul class="legend"><li><span class="mark square" style="--mark: var(--system-0)"></span>training</li><li><span class="mark circle" style="--mark: var(--system-2)"></span>validation</li></ul>
<div class="curves">${curves.map((curve) => {
    const said = describe(curve);
    return html`<figure><h3>${curve.job}</h3>${drawChart(lossChart(curve), { width: 180, height: 112 }, `Loss of ${curve.job}: ${said}`)}<figcaption>${said}</figcaption></figure>`;
  })}</div>
<p class="note">Loss per trained token (natural logarithm) over the steps of each training. An adapter has learned where the validation loss fell and stayed down; where it rises again, the training was too long.</p>
</section>`;
}

function describe({ training, validation }: TrainingCurve): string {
  const steps = Math.max(training.at(-1)?.[0] ?? 0, validation.at(-1)?.[0] ?? 0);
  const [name, line] = validation.length > 0 ? ['validation', validation] : ['training', training];
  return `${steps} steps, ${name} ${line[0]![1].toFixed(2)} → ${line.at(-1)![1].toFixed(2)}`;
}
