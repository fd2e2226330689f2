import { nameText, numberText } from './data/count-text.ts';
import { type Html, html } from './html.ts';
import type { ErrorCounts } from './predictions/count-errors.ts';
import { ERROR_TITLES } from './predictions/error-titles.ts';
import { table } from './table.ts';

const MOST_PARAMETERS = 30;

/** Wrong arguments of calls to the right tool, by kind, and which parameters they are. `undefined` where there are none. */
export function errorSection({ kinds, systems, parameters }: ErrorCounts): Html | undefined {
  if (kinds.length === 0) return undefined;
  const rest = parameters.length - MOST_PARAMETERS;
  return html`<section aria-labelledby="errors"><h2 id="errors">Which arguments are wrong</h2>
${table({
  caption: 'Wrong arguments of calls to the right tool, by kind',
  head: ['Kind', ...systems],
  rows: kinds.map(({ kind, counts }) => [ERROR_TITLES[kind] ?? kind, ...counts]),
})}
${
  parameters.length > 0 &&
  html`<details><summary>By parameter, of ${systems.at(-1)!}</summary>${table({
    caption: `Wrong arguments of ${systems.at(-1)!}, the most frequent first`,
    head: ['Tool', 'Parameter', 'Kind', 'Count'],
    words: [1, 2],
    rows: parameters
      .slice(0, MOST_PARAMETERS)
      .map(({ tool, parameter, kind, count }) => [
        nameText(tool),
        nameText(parameter),
        ERROR_TITLES[kind] ?? kind,
        numberText(count),
      ]),
  })}${rest > 0 && html`<p class="note">And ${numberText(rest)} more.</p>`}</details>`
}
<p class="note">A made-up value stands nowhere in the query or in earlier results. Where a record does not hold all wrong arguments, the first one is counted.</p>
</section>`;
}
