import { TaskSchema } from '../../../core/sample.ts';
import { ProvenanceSchema } from '../../../core/trace.ts';
import { NEARLY_LIKE, REPEATED, SPLITS } from '../../../datasets/fate.ts';
import { codeText } from '../code-text.ts';
import { type Html, html } from '../html.ts';
import { countText, numberText, shareText } from './count-text.ts';
import { dataHeadline } from './data-headline.ts';
import type { DataSummary } from './data-summary.ts';
import { heatTable } from './heat-table.ts';
import type { StageRejects } from './stage-rejects.ts';
import { TRACE_USES } from './trace-figures.ts';

const { kind, difficulty } = ProvenanceSchema.shape;
type Kind = (typeof kind.options)[number];

/** How many traces there are of what, and how varied they are. @param notice how the data stand to the rest of the page */
export function dataSection(data: DataSummary, { notice, lead }: { notice?: string; lead: boolean }): Html {
  const { writers, kinds, run } = data.figures;
  const used = kinds.total();
  const { distinct, similar } = data.diversity;
  const tiles: [string, string, string][] = [
    ['Traces used', numberText(used), `of ${numberText(writers.total())} written`],
    ['Calls run', numberText(run), `of ${countText(data.figures.calls, 'call')}`],
    ['Distinct-1', distinct[0].toFixed(3), 'different words of all in the queries'],
    ['Distinct-2', distinct[1].toFixed(3), 'the same for pairs of words'],
    ['Near-duplicates', shareText(similar, used), `${numberText(similar)} of the traces used`],
  ];
  return html`<section aria-labelledby="data"><h2 id="data">The data</h2>
${notice !== undefined && html`<p class="notice">${codeText(notice)}</p>`}
${lead && dataHeadline(data).map((sentence) => html`<p>${sentence}</p>`)}
<dl class="tiles">${tiles.map(([name, value, about]) => html`<div><dt>${name}</dt><dd><b>${value}</b> ${about}</dd></div>`)}</dl>
${heatTable(kinds, {
  caption: 'Traces used, by kind and difficulty',
  corner: 'Kind',
  rows: kind.options,
  columns: difficulty.options,
})}
${missingKinds(data)}
${heatTable(writers, {
  caption: 'All traces, by writer and split',
  corner: 'Writer',
  rows: writers.rows,
  columns: TRACE_USES,
})}
${heatTable(data.tasks, {
  caption: 'Samples, by task and split',
  corner: 'Task',
  rows: TaskSchema.options,
  columns: SPLITS,
})}
<p class="note">${codeText(duplicateSentences(data).join(' '))}</p>
</section>`;
}

/** The setting that says how many traces of a kind are made. */
const SETTINGS: Record<Kind, string> = {
  single: 'tracesPerTool',
  chain: 'chains',
  parallel: 'parallel',
  recovery: 'recovery',
  clarify: 'clarify',
  respond: 'respond',
};

function missingKinds({ figures: { kinds } }: DataSummary): Html | undefined {
  const missing = kind.options.filter((one) => kinds.total(one) === 0).map((one) => `\`synthesize.${SETTINGS[one]}\``);
  if (missing.length === 0) return undefined;
  return html`<p class="note">${codeText(`Of a kind without traces an adapter learns nothing. How many are made is said by ${missing.join(', ')}.`)}</p>`;
}

/** What dedupe and split left out, and what stayed. */
function duplicateSentences({ figures, diversity, split, rejects }: DataSummary): string[] {
  const [all, used] = [figures.writers.total(), figures.kinds.total()];
  const repeated = countReasons(rejects, REPEATED);
  const near = countReasons(rejects, NEARLY_LIKE);
  return [
    `Queries are near-duplicates where the Jaccard similarity of their 3-grams is ${split.similarity} or more.`,
    split.dedupe
      ? `Dedupe left out ${countText(repeated, 'trace')} (${shareText(repeated, all)}) that repeat another one,`
      : `Dedupe is off (\`split.dedupe\`); ${countText(repeated, 'trace')} (${shareText(repeated, all)}) were left out all the same, being equal to another one,`,
    `and the split ${numberText(near)} (${shareText(near, all)}) whose query is nearly one of another side.`,
    `Of those that are used, ${numberText(diversity.similar)} (${shareText(diversity.similar, used)}) have a near-duplicate on the same side: the more, the less each of them teaches.`,
  ];
}

function countReasons(rejects: readonly StageRejects[], start: string): number {
  return rejects
    .filter(({ stage }) => stage === 'build-data')
    .flatMap(({ reasons }) => reasons)
    .reduce((sum, { reason, count }) => sum + (reason.startsWith(start) ? count : 0), 0);
}
