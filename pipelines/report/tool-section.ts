import type { Metrics, Share } from '../../core/metrics.ts';
import { RESPOND } from '../../core/tool.ts';
import { percent } from '../evaluate/metrics-table.ts';
import { chanceText } from './chance-text.ts';
import { chart } from './chart.ts';
import { points } from './headline.ts';
import { type Html, html } from './html.ts';
import { inPercent } from './in-percent.ts';
import { intervalChart } from './interval-chart.ts';
import { legend } from './legend.ts';
import type { PartDifference } from './predictions/compare-parts.ts';
import type { SystemLook } from './system-look.ts';
import { table } from './table.ts';
import { toolLabels } from './tool-labels.ts';

/** More rows than these no one compares by eye; the table has all. */
const MAX_ROWS = 40;

/** Call accuracy of each tool: chart of those with the most cases, table of all. */
export function toolSection(
  metrics: Metrics,
  looks: readonly SystemLook[],
  differences: { tools: readonly PartDifference[]; groups: readonly PartDifference[] },
): Html {
  const systems = looks.map(({ name }) => metrics.systems[name]!);
  const tools = Object.keys(systems[0]?.tools ?? {});
  const labels = toolLabels(tools);
  const count = (tool: string) => systems[0]!.tools[tool]!.n;
  const share = (tool: string, index: number): Share => systems[index]!.tools[tool]?.call_accuracy ?? null;
  const sorted = tools.sort((a, b) => Number(a === RESPOND) - Number(b === RESPOND) || (a < b ? -1 : 1));
  const shown = [...sorted].sort((a, b) => count(b) - count(a)).slice(0, MAX_ROWS);
  const rows = sorted
    .filter((tool) => shown.includes(tool))
    .map((tool) => ({
      label: labels.get(tool)!,
      values: looks.map((_, index) => inPercent(share(tool, index))),
      about: `${count(tool)} steps`,
    }));
  const hidden = tools.length - rows.length;
  return html`<section aria-labelledby="tools"><h2 id="tools">Accuracy by tool</h2>
<figure>${legend(looks)}${chart(intervalChart(rows, looks), 'Call accuracy of each tool; the table below has the figures.')}
<figcaption>Share of the steps of each tool that are decided rightly (tool and arguments), with 95% intervals. A tool with few steps has a wide interval.${
    hidden > 0 && ` The ${hidden} tools with the fewest steps are in the table only.`
  }</figcaption></figure>
<details><summary>All figures by tool</summary>${table({
    caption: 'Call accuracy by tool',
    head: ['Tool', 'Steps', ...looks.map(({ name }) => name)],
    rows: sorted.map((tool) => [
      tool === RESPOND ? labels.get(tool)! : tool,
      count(tool),
      ...looks.map((_, index) => percent(share(tool, index))),
    ]),
  })}</details>
${partTable(differences.groups, { part: 'Group', system: looks.at(-1)!.name })}
${partTable(differences.tools, { part: 'Tool', system: looks.at(-1)!.name })}
</section>`;
}

/** What the last system has more than others, part by part. */
function partTable(
  all: readonly PartDifference[],
  { part, system }: { part: string; system: string },
): Html | undefined {
  if (all.length === 0) return undefined;
  const references = [...new Set(all.map(({ reference }) => reference))];
  const byPart = [...Map.groupBy(all, (one) => one.part)].sort(([a], [b]) => (a < b ? -1 : 1));
  const cells = (found: PartDifference | undefined) =>
    found
      ? [`${points(found.value)} [${points(found.low)} to ${points(found.high)}]`, chanceText(found.adjusted)]
      : ['–', '–'];
  return html`<details><summary>Differences by ${part.toLowerCase()}</summary>${table({
    caption: `Call accuracy of ${system} minus that of others on the same steps, in percentage points`,
    head: [part, 'Steps', ...references.flatMap((reference) => [`− ${reference}`, 'p'])],
    rows: byPart.map(([name, found]) => [
      name === RESPOND ? 'no call' : name,
      found[0]!.n,
      ...references.flatMap((reference) => cells(found.find((one) => one.reference === reference))),
    ]),
  })}<p class="note">95% intervals by Newcombe. p: exact sign-flip test, corrected by Holm over all of the table. Few steps show large differences only.</p></details>`;
}
