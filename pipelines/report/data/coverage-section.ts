import { codeText } from '../code-text.ts';
import { Html, html } from '../html.ts';
import { table } from '../table.ts';
import { nameText, numberText } from './count-text.ts';
import { type CoverageGap, coverageGaps } from './coverage-gaps.ts';
import type { ToolCoverage } from './tool-coverage.ts';
import { zeroChip } from './zero-chip.ts';

/** Names told of one gap; values shown of one parameter. */
const MOST_NAMES = 8;
const MOST_VALUES = 24;

/** What of each tool the used traces show: optional parameters, values, errors. What is missing stands out, with what to do about it. */
export function coverageSection(coverage: readonly ToolCoverage[]): Html {
  const gaps = coverageGaps(coverage);
  return html`<section aria-labelledby="coverage"><h2 id="coverage">What the traces cover</h2>
${
  gaps.length === 0
    ? html`<p>Every tool has traces, every optional parameter is given and every value is used at least once, and errors occur with each tool.</p>`
    : html`<p>What no trace shows, no adapter learns. Missing are:</p><ul class="gaps">${gaps.map(gapItem)}</ul>`
}
${table({
  name: 'coverage',
  caption: 'Traces that are used, by tool; a parameter or value with the number of calls that have it',
  head: ['Tool', 'Traces', 'Calls', 'Run', 'Errors', 'Recoveries', 'Optional parameters given', 'Values used'],
  words: [6, 7],
  rows: coverage.map((row) => [
    toolCell(row),
    ...[row.traces, row.calls, row.run, row.errors, row.recoveries].map(count),
    chips(row.optional.map(({ path, given }) => ({ name: path, count: given }))),
    html`${row.values.map(valuesOf)}`,
  ]),
})}
</section>`;
}

function gapItem({ what, names, todo }: CoverageGap): Html {
  const rest = names.length - MOST_NAMES;
  const shown = names
    .slice(0, MOST_NAMES)
    .map((name, index) => html`${index > 0 && ', '}<code>${nameText(name)}</code>`);
  return html`<li><b>${what}</b>: ${shown}${rest > 0 && ` and ${numberText(rest)} more`}. <span class="todo">${codeText(todo)}</span></li>`;
}

/** Leads to its traces, where the page's script can show them. */
function toolCell({ tool, traces }: ToolCoverage): Html {
  const name = breakable(nameText(tool));
  return traces === 0 ? name : html`<a href="#browse" data-tool="${tool}">${name}</a>`;
}

/** Breaks lines between words: `files.` `read_` `file`. */
function breakable(name: string): Html {
  return html`${name.split(/(?<=[._-])/).map((word, index) => html`${index > 0 && new Html('<wbr>')}${word}`)}`;
}

function count(value: number): Html {
  return value === 0 ? zeroChip() : html`${numberText(value)}`;
}

function valuesOf({ path, values }: ToolCoverage['values'][number]): Html {
  const rest = values.slice(MOST_VALUES);
  const unused = rest.filter(({ used }) => used === 0).length;
  return html`<div class="values"><span class="of">${nameText(path)}</span> ${chips(values.slice(0, MOST_VALUES).map(({ value, used }) => ({ name: value, count: used })))}${
    rest.length > 0 &&
    html` <span class="of">and ${numberText(rest.length)} more, ${numberText(unused)} of them never used</span>`
  }</div>`;
}

function chips(all: readonly { name: string; count: number }[]): Html {
  return html`${all.map(
    ({ name, count: times }) =>
      html`<span class="chip${times === 0 && ' none'}">${nameText(name, 32)} <b>${numberText(times)}</b></span> `,
  )}`;
}
