import type { McpBenchFigures, McpBenchResults } from '../../../core/suite-results.ts';
import { chart } from '../chart.ts';
import { type Html, html } from '../html.ts';
import { intervalChart } from '../interval-chart.ts';
import { legend } from '../legend.ts';
import type { SystemLook } from '../system-look.ts';
import { table } from '../table.ts';
import { rateText } from './rate-text.ts';

const RULES = [
  ['valid_tool_name_rate', 'Valid names'],
  ['input_schema_compliance', 'Fits schema'],
  ['execution_success_rate', 'Works'],
  ['planning_json_compliance', 'Planning is JSON'],
  ['valid_call_failure_rate', 'Valid calls that fail'],
] as const;
const AXES = [
  ['task_completion', 'Completion'],
  ['tool_usage', 'Tool usage'],
  ['planning', 'Planning'],
] as const;

/** Systems on the tasks of MCP-Bench: rule metrics, the judge’s axes, overall. */
export function mcpBenchPart(all: readonly McpBenchResults[], looks: readonly SystemLook[]): Html {
  const own = all.map(({ system }) => looks.find(({ name }) => name === system)!);
  return html`<figure>${legend(own)}${chart(intervalChart(mcpBenchRows(all), own), 'Scores of MCP-Bench; the table below has the figures.')}
<figcaption>Means over the completed tasks: shares of calls by rules, the judge’s three axes as shares of 10, and overall, the mean of the first three rules together and the axes. No intervals: tasks are few, and unlike.</figcaption></figure>
${table({
  caption: 'MCP-Bench: overall from 0 to 1, axes from 1 to 10',
  head: ['System', 'Tasks', 'Judged', 'Overall', ...AXES.map(([, title]) => title), 'Rounds', 'Calls'],
  rows: all.map(({ system, figures }) => {
    const { tasks, judged, rounds, calls } = figures;
    return [
      system,
      tasks,
      judged.state === 'scored' ? judged.tasks : 0,
      overallText(figures),
      ...AXES.map(([name]) => (judged.state === 'scored' ? judged.axes[name].toFixed(2) : 'unscored')),
      rounds.toFixed(1),
      calls.toFixed(1),
    ];
  }),
})}
${table({
  caption: 'MCP-Bench: rules; of the last, less is better',
  head: ['System', ...RULES.map(([, title]) => title)],
  rows: all.map(({ system, figures: { rules } }) => [system, ...RULES.map(([name]) => rateText(rules[name]))]),
})}`;
}

/** Without what is better where it is less. */
function mcpBenchRows(all: readonly McpBenchResults[]) {
  const point = (value: number | null | undefined) => (value == null ? null : { value, low: value, high: value });
  const row = (label: string, of: (figures: McpBenchFigures) => number | null | undefined) => ({
    label,
    values: all.map(({ figures }) => point(of(figures))),
  });
  const rules = RULES.filter(([name]) => name !== 'valid_call_failure_rate');
  return [
    ...rules.map(([name, title]) => row(title, ({ rules: { [name]: rate } }) => rate && 100 * rate)),
    ...AXES.map(([name, title]) =>
      row(title, ({ judged }) => (judged.state === 'scored' ? 10 * judged.axes[name] : null)),
    ),
    row('Overall', ({ overall }) => (overall.state === 'scored' ? 100 * overall.value : null)),
  ];
}

/** The main figures of a system in a few words. */
export function mcpBenchText(figures: McpBenchFigures): string {
  const { rules, judged } = figures;
  return [
    `overall ${overallText(figures)}`,
    ...RULES.slice(0, 3).map(([name, title]) => `${title.toLowerCase()} ${rateText(rules[name])}`),
    ...(judged.state === 'scored'
      ? AXES.map(([name, title]) => `${title.toLowerCase()} ${judged.axes[name].toFixed(2)}`)
      : []),
  ].join(', ');
}

function overallText({ overall }: McpBenchFigures): string {
  return overall.state === 'scored' ? overall.value.toFixed(3) : 'unscored';
}
