import { type Candidate, CandidateSchema } from '../../core/candidate.ts';
import type { Choice, Choices, ComparedCandidates } from '../../core/choices.ts';
import { percent } from '../evaluate/metrics-table.ts';
import { points } from './headline.ts';
import { type Html, html } from './html.ts';
import { table } from './table.ts';

/** Which adapter writes which tool's arguments, and by what it was chosen. `undefined` where there was no choice. */
export function choiceSection(choices: Choices | undefined): Html | undefined {
  if (choices === undefined) return undefined;
  const { overall, tools } = choices;
  const kinds = CandidateSchema.options.filter((kind) => tools.some((choice) => weighed(choice, kind) !== undefined));
  return html`<section aria-labelledby="choices"><h2 id="choices">Which adapter writes the arguments</h2>
<p>Each tool has the adapter that is expected to write most of its calls right, of equals the simpler one. They were tried on calls of the validation split; the steps above took no part.</p>
<ul>${overall.map((one) => html`<li>${describe(one)}</li>`)}</ul>
${table({
  caption: 'Calls whose arguments are exactly right, by adapter, and what was chosen',
  head: ['Tool', 'Chosen', 'Calls', ...kinds, 'Own difference', 'Expected'],
  words: [1],
  rows: tools.map((choice) => row(choice, kinds)),
})}
<p class="note">Differences are percentage points over the first adapter of the row, with paired 95% intervals (Newcombe). So few calls decide nothing alone: what is expected is drawn towards the group's and all tools' difference, the more the fewer calls there are and the less the tools differ beyond chance.</p>
</section>`;
}

function row(choice: Choice, kinds: readonly Candidate[]): (string | number)[] {
  const best = choice.candidates.find(({ adapter }) => adapter === choice.adapter)!;
  const { over, candidate, expected } = best.over ? best : choice.candidates.at(-1)!;
  const name = choice.candidates.length > 2 ? `${candidate} ` : '';
  return [
    choice.tool,
    best.candidate,
    choice.n,
    ...kinds.map((kind) => percent(weighed(choice, kind)?.right ?? null)),
    over ? `${name}${points(over.value)} [${points(over.low)} to ${points(over.high)}]` : '–',
    points(expected),
  ];
}

function weighed({ candidates }: Choice, kind: Candidate) {
  return candidates.find(({ candidate }) => candidate === kind);
}

function describe({ candidate, over, tools, n, difference: { value, low, high }, spread }: ComparedCandidates): string {
  const differ =
    spread > 0 ? `tools differ by about ${(100 * spread).toFixed(1)} points` : 'tools do not differ beyond chance';
  return `${candidate} against ${over}: ${points(value)} points [${points(low)} to ${points(high)}] on ${n} calls of ${tools} tools; ${differ}.`;
}
