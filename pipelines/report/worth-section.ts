import { chart } from './chart.ts';
import { countText } from './data/count-text.ts';
import { points } from './headline.ts';
import { type Html, html } from './html.ts';
import { inPercent } from './in-percent.ts';
import { intervalChart } from './interval-chart.ts';
import type { AdapterWorth, Gain } from './predictions/adapter-worth.ts';
import { sizeText } from './size-text.ts';
import { table } from './table.ts';
import { toolLabels } from './tool-labels.ts';

/** More rows than these no one compares by eye; the table has all. */
const MAX_ROWS = 40;

const VERDICTS: Record<AdapterWorth['verdict'], string> = { pays: 'pays', harms: 'harms', open: 'not shown' };

/** Which own argument adapters pay for themselves, and which tools may share one. `undefined` where there are none. */
export function worthSection(all: readonly AdapterWorth[]): Html | undefined {
  const compared = all.filter(({ gains }) => gains.length > 0);
  if (compared.length === 0) return undefined;
  const labels = toolLabels(compared.map(({ tool }) => tool));
  const rows = compared
    .toSorted((a, b) => b.gains[0]!.value - a.gains[0]!.value)
    .slice(0, MAX_ROWS)
    .map((one) => ({
      label: labels.get(one.tool)!,
      values: [inPercent(one.gains[0]!)],
      about: [
        `over ${one.gains[0]!.over}, ${countText(one.gains[0]!.n, 'call')} (${one.gains[0]!.where})`,
        costText(one),
      ].join('\n'),
    }));
  const comparisons = [...new Set(all.flatMap(({ gains }) => gains.map(titleOf)))].sort().reverse();
  const look = { name: 'own adapter', color: 'var(--hit)', symbol: 'circle' } as const;
  const axis = {
    min: -100,
    max: 100,
    step: { wide: 50, narrow: 100 },
    unit: '',
    words: (value: number) => points(value / 100),
  };
  return html`<section aria-labelledby="worth"><h2 id="worth">Which adapters pay for themselves</h2>
${conclusions(all).map((sentence) => html`<p>${sentence}</p>`)}
<figure>${chart(intervalChart(rows, [look], axis), 'What each own adapter brings; the table below has the figures.')}
<figcaption>Percentage points of right arguments that a tool’s own adapter brings, with 95% intervals (Newcombe): over the adapter of all tools on the held-out steps where both selected the tool, else on the validation split, else over the base.</figcaption></figure>
${table({
  caption: 'Own argument adapters: what they bring, in percentage points, and what they cost',
  head: ['Tool', ...comparisons.flatMap((title) => [title, 'Calls']), 'Size', 'Training', 'Worth it'],
  words: [2 * comparisons.length + 3],
  rows: all.map((one) => [
    one.tool,
    ...comparisons.flatMap((title) => {
      const gain = one.gains.find((other) => titleOf(other) === title);
      return [gainText(gain), gain?.n ?? '–'];
    }),
    one.bytes === undefined ? '–' : sizeText(one.bytes),
    one.seconds === undefined ? '–' : `${Math.round(one.seconds)} s`,
    one.chosen ? VERDICTS[one.verdict] : `${VERDICTS[one.verdict]}; another one writes`,
  ]),
})}
</section>`;
}

function titleOf({ over, where }: Gain): string {
  return `over ${over}, ${where}`;
}

function gainText(gain: Gain | undefined): string {
  return gain ? `${points(gain.value)} [${points(gain.low)} to ${points(gain.high)}]` : '–';
}

function costText({ bytes, seconds }: AdapterWorth): string {
  return [
    ...(bytes === undefined ? [] : [sizeText(bytes)]),
    ...(seconds === undefined ? [] : [`${Math.round(seconds)} s of training`]),
  ].join(', ');
}

/** Which adapters to keep, and what would be saved by the others. */
export function conclusions(all: readonly AdapterWorth[]): string[] {
  const [paying, rest] = [
    all.filter(({ verdict }) => verdict === 'pays'),
    all.filter(({ verdict }) => verdict !== 'pays'),
  ];
  const names = (some: readonly AdapterWorth[]) => {
    const listed = some
      .slice(0, 8)
      .map(({ tool }) => tool)
      .join(', ');
    return some.length > 8 ? `${listed} and ${some.length - 8} more` : listed;
  };
  const sum = (member: 'bytes' | 'seconds') => rest.reduce((total, one) => total + (one[member] ?? 0), 0);
  const saved = costText({ ...rest[0]!, bytes: sum('bytes') || undefined, seconds: sum('seconds') || undefined });
  return [
    paying.length === 0
      ? 'Of no tool is it shown that its own argument adapter pays.'
      : `The own argument adapter pays for ${names(paying)}.`,
    ...(rest.length === 0
      ? []
      : [
          `${rest.length === 1 ? 'This tool' : 'These tools'} may share one, until more steps show a gain: ${names(rest)}${saved && ` (${saved})`}.`,
        ]),
  ];
}
