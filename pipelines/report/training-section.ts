import { memorySize } from '../../core/byte-size.ts';
import { chart } from './chart.ts';
import { type CurveLine, type CurveMarks, curveChart } from './curve-chart.ts';
import { type Html, html } from './html.ts';
import { table } from './table.ts';
import type { Point, TrainingCurve } from './training-curve.ts';

const HEIGHT = 130;
const [TRAINING, VALIDATION, EXACT] = ['var(--system-0)', 'var(--system-2)', 'var(--system-3)'];

/** A row and a small chart of the loss for each adapter, and more charts to be opened. `undefined` where no training left a log. */
export function trainingSection(curves: readonly TrainingCurve[]): Html | undefined {
  if (curves.length === 0) return undefined;
  return html`<section aria-labelledby="training"><h2 id="training">Training of the adapters</h2>
${overview(curves)}
<ul class="legend"><li><span class="mark square" style="--mark: ${TRAINING}"></span>training</li><li><span class="mark circle" style="--mark: ${VALIDATION}"></span>validation</li>
<li><span class="mark diamond" style="--mark: var(--ink)"></span>kept</li><li><span class="mark triangle" style="--mark: var(--miss)"></span>warning</li><li><span class="mark dashes" style="--mark: var(--muted)"></span>resumed</li></ul>
<div class="curves">${curves.map(figure)}</div>
<p class="note">Loss per trained token (natural logarithm) over the steps of each training. An adapter has learned where the validation loss fell and stayed down; where it rises again, the training was too long.</p>
</section>`;
}

/** By which one of many adapters is found. */
function overview(curves: readonly TrainingCurve[]): Html {
  const hasExact = curves.some(({ exact }) => exact.length > 0);
  return table({
    caption: `${curves.length} adapters; validation at the kept step`,
    head: [
      'adapter',
      'kept step',
      'validation loss',
      'tokens right',
      ...(hasExact ? ['calls right'] : []),
      'trained tokens/s',
      'time',
      'memory',
      'to know',
    ],
    rows: curves.map((curve) => [
      html`<a href="#training-${curve.job}">${curve.job}</a>`,
      `${curve.kept ?? '–'} of ${stepsOf(curve)}`,
      keptValue(curve, curve.validation)?.toFixed(3) ?? '–',
      percent(keptValue(curve, curve.accuracy)),
      ...(hasExact ? [percent(keptValue(curve, curve.exact))] : []),
      curve.seconds > 0 ? Math.round(curve.trainedTokens / curve.seconds) : '–',
      curve.seconds > 0 ? timeText(curve.seconds) : '–',
      curve.memoryBytes > 0 ? memorySize(curve.memoryBytes) : '–',
      toKnow(curve),
    ]),
    words: [hasExact ? 8 : 7],
  });
}

function figure(curve: TrainingCurve): Html {
  const { job, training, validation, warnings, resumed } = curve;
  const said = describe(curve);
  const keptLine = validation.length > 0 ? validation : training;
  const kept = keptLine.find(([step]) => step === curve.kept);
  const marks: CurveMarks = { kept, resumed, warnings: warnings.map(({ step }) => step) };
  const lines: CurveLine[] = [
    { name: 'training', points: training, colour: TRAINING },
    { name: 'validation', points: validation, colour: VALIDATION, single: true },
  ];
  const drawing = chart({ option: curveChart(lines, { marks }), height: HEIGHT }, `Loss of ${job}: ${said}`);
  return html`<figure id="training-${job}"><h3>${job}</h3>${drawing}<figcaption>${said}</figcaption>${more(curve)}</figure>`;
}

/** What few want to see of each adapter. */
function more({ job, accuracy, exact, rate, gradNorm, warnings }: TrainingCurve): Html | undefined {
  const right: CurveLine[] = [
    { name: 'tokens', points: accuracy, colour: VALIDATION, single: true },
    { name: 'calls', points: exact, colour: EXACT, single: true },
  ];
  const one = (points: readonly Point[]): CurveLine[] => [{ name: 'value', points, colour: TRAINING }];
  const parts: [title: string, lines: CurveLine[], max?: number][] = [
    [
      exact.length > 0
        ? 'Share of validation tokens (blue) and of calls (green) right'
        : 'Share of validation tokens right',
      right,
      1,
    ],
    ['Learning rate', one(rate)],
    ['Norm of the gradient', one(gradNorm)],
  ];
  const shown = parts.filter(([, lines]) => lines.some(({ points }) => points.length > 0));
  if (shown.length + warnings.length === 0) return undefined;
  return html`<details><summary>more<span class="unseen"> of ${job}</span></summary>${warnings.map(
    ({ step, message }) => html`<p class="note">Step ${step}: ${message}</p>`,
  )}${shown.map(([title, lines, max]) => html`<h4>${title}</h4>${chart({ option: curveChart(lines, { max }), height: HEIGHT }, `${title}, ${job}: ${ends(lines)}`)}`)}</details>`;
}

function ends(lines: readonly CurveLine[]): string {
  const said = (value: number) => (Math.abs(value) < 0.01 ? value.toExponential(1) : value.toFixed(2));
  return lines
    .filter(({ points }) => points.length > 0)
    .map(({ points }) => `${said(points[0]![1])} → ${said(points.at(-1)![1])}`)
    .join('; ');
}

function describe(curve: TrainingCurve): string {
  const { training, validation } = curve;
  const [name, line] = validation.length > 0 ? ['validation', validation] : ['training', training];
  const all = [`${stepsOf(curve)} steps, ${name} ${line[0]![1].toFixed(2)} → ${line.at(-1)![1].toFixed(2)}`];
  return [
    ...all,
    ...(curve.kept !== undefined && curve.kept !== stepsOf(curve) ? [`kept: step ${curve.kept}`] : []),
    toKnow(curve),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function stepsOf({ training, validation }: TrainingCurve): number {
  return Math.max(training.at(-1)?.[0] ?? 0, validation.at(-1)?.[0] ?? 0);
}

/** Of the kept step; of the last one where it is not known, or was not validated. */
function keptValue({ kept }: TrainingCurve, points: readonly Point[]): number | undefined {
  return (points.find(([step]) => step === kept) ?? points.at(-1))?.[1];
}

function toKnow({ resumed, warnings }: TrainingCurve): string {
  const times = (count: number, what: string) => (count === 0 ? [] : [`${what}${count > 1 ? ` ${count} times` : ''}`]);
  return [...times(resumed.length, 'resumed'), ...times(warnings.length, 'warned')].join(', ');
}

function percent(share: number | undefined): string {
  return share === undefined ? '–' : `${(100 * share).toFixed(1)}%`;
}

function timeText(seconds: number): string {
  return seconds < 60 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;
}
