import type { Metrics, Share } from '../../core/metrics.ts';
import { RESPOND } from '../../core/tool.ts';
import { percent } from '../evaluate/metrics-table.ts';
import { drawForBoth } from './chart.ts';
import { type Html, html } from './html.ts';
import { intervalChart } from './interval-chart.ts';
import { legend } from './score-section.ts';
import type { SystemLook } from './system-look.ts';
import { table } from './table.ts';
import { toolLabels } from './tool-labels.ts';

/** More rows than these no one compares by eye; the table has all. */
const MAX_ROWS = 40;

/** Call accuracy of each tool: chart of those with the most cases, table of all. */
export function toolSection(metrics: Metrics, looks: readonly SystemLook[]): Html {
  const systems = looks.map(({ name }) => metrics.systems[name]!);
  const tools = Object.keys(systems[0]?.tools ?? {});
  const labels = toolLabels(tools);
  const count = (tool: string) => systems[0]!.tools[tool]!.n;
  const share = (tool: string, index: number): Share => systems[index]!.tools[tool]?.call_accuracy ?? null;
  const sorted = tools.sort((a, b) => Number(a === RESPOND) - Number(b === RESPOND) || (a < b ? -1 : 1));
  const shown = [...sorted].sort((a, b) => count(b) - count(a)).slice(0, MAX_ROWS);
  const rows = sorted
    .filter((tool) => shown.includes(tool))
    .map((tool) => ({ label: labels.get(tool)!, shares: looks.map((_, index) => share(tool, index)) }));
  const hidden = tools.length - rows.length;
  return html`<section aria-labelledby="tools"><h2 id="tools">Accuracy by tool</h2>
<figure>${legend(looks)}${drawForBoth((width) => intervalChart(rows, looks, width), 'Call accuracy of each tool; the table below has the figures.')}
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
</section>`;
}
