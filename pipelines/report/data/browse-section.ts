import { type Html, html } from '../html.ts';
import type { BrowseData, BrowsedTrace } from './browse-data.ts';
import { nameText, numberText } from './count-text.ts';
import { embeddedJson } from './embedded-json.ts';

/** The value that stands for traces without a call. No tool has it as its id: ids are `server.name`. */
const NO_CALL = 'no call';

/** Traces that can be searched, filtered and opened. */
export function browseSection({ total, traces }: BrowseData): Html {
  const all = (key: (trace: BrowsedTrace) => string[]) => [...new Set(traces.flatMap(key))].sort();
  return html`<section aria-labelledby="browse"><h2 id="browse">Browse the traces</h2>
<p class="note">${
    traces.length < total
      ? `${numberText(traces.length)} of ${numberText(total)} traces, drawn evenly over tools and kinds (the same ones for the same data); long texts are cut. All are in the workspace: traces/traces.jsonl, imported/, samples/.`
      : 'All traces of the workspace; long texts are cut.'
  } Open one to see its messages, and what of them is trained.</p>
<noscript><p class="notice">This list is made by a script, and scripts are off. Everything else is in the page.</p></noscript>
<form class="filters" id="browse-filters" autocomplete="off" hidden>
<label class="search">Search <input type="search" name="text" placeholder="words in messages, calls, results"></label>
${select('tool', 'Tool', [...all(({ tools }) => tools), NO_CALL])}
${(['kind', 'difficulty', 'split', 'writer'] as const).map(
  (name) => html`${select(
    name,
    name.charAt(0).toUpperCase() + name.slice(1),
    all((trace) => [trace[name]]),
  )}
`,
)}<button type="reset">Clear</button>
</form>
<p class="note" id="browse-count" role="status"></p>
<ol class="traces" id="browse-list"></ol>
<p class="pages" id="browse-pages" hidden></p>
${embeddedJson(traces, 'browse-data')}
</section>`;
}

function select(name: string, label: string, values: readonly string[]): Html {
  return html`<label>${label} <select name="${name}"><option value="">all</option>${values.map(
    (value) => html`<option value="${value}">${nameText(value)}</option>`,
  )}</select></label>`;
}
