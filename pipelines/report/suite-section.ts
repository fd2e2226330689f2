import type { SuiteResults } from '../../core/suite-results.ts';
import { mcpBenchPart, mcpBenchText } from './benchmarks/mcp-bench-part.ts';
import type { SuiteRun } from './benchmarks/read-benchmarks.ts';
import { toolFitPart, toolFitText } from './benchmarks/toolfit-part.ts';
import { codeText } from './code-text.ts';
import { countText } from './data/count-text.ts';
import { type Html, html } from './html.ts';
import type { SystemLook } from './system-look.ts';
import { table } from './table.ts';

/** Whole tasks, system by system: rule metrics, the judge's axes, requirements, and the tasks that nobody was asked. `undefined` where none were run. */
export function suiteSection(runs: readonly SuiteRun[], looks: readonly SystemLook[]): Html | undefined {
  if (runs.length === 0) return undefined;
  return html`<section aria-labelledby="suites"><h2 id="suites">Agent tasks</h2>
${[...Map.groupBy(runs, ({ title }) => title)].map(([title, members]) => {
  const results = members.map((one) => one.results);
  const mcpBench = results.filter((one) => one.suite === 'mcp-bench');
  const toolFit = results.filter((one) => one.suite === 'toolfit');
  return html`<h3>${title}</h3>
${mcpBench.length > 0 && mcpBenchPart(mcpBench, looks)}${toolFit.length > 0 && toolFitPart(title, toolFit)}`;
})}
${leftOutPart(runs)}
</section>`;
}

/** Tasks without a result, and what has no score, with the reasons. */
function leftOutPart(runs: readonly SuiteRun[]): Html | undefined {
  const rows = runs.flatMap(({ title, results }) =>
    leftOut(results).map(
      ({ what, why, tasks }) => [`${title}, ${results.system}`, what, codeText(why), tasks] as const,
    ),
  );
  if (rows.length === 0) return undefined;
  return html`<h3>Tasks without a result</h3>
${table({
  caption: 'Tasks without a result or without a score',
  head: ['System', 'What', 'Why', 'Tasks'],
  words: [1, 2],
  rows,
})}`;
}

function leftOut(results: SuiteResults): { what: string; why: string; tasks: number }[] {
  const { counts, failed, not_run, figures } = results;
  const failures = [...Map.groupBy(failed, ({ why }) => why)];
  const scored = 'judged' in figures ? figures.judged : figures.coverage;
  const without = figures.tasks - (scored.state === 'scored' ? scored.tasks : 0);
  const reason = scored.state === 'scored' ? 'nobody gave a verdict' : scored.why;
  return [
    ...not_run.map(({ why, tasks }) => ({ what: 'not run', why, tasks: tasks.length })),
    ...failures.map(([why, members]) => ({ what: 'failed', why, tasks: members.length })),
    ...(counts.not_drawn > 0
      ? [{ what: 'not drawn', why: 'limit on the number of tasks', tasks: counts.not_drawn }]
      : []),
    ...(without > 0 ? [{ what: 'unscored', why: reason, tasks: without }] : []),
  ];
}

/** A line for each system: its main figures, and how many tasks they are of. */
export function suiteLines(runs: readonly SuiteRun[]): string[] {
  return runs.map(({ title, results }) => {
    const { found, completed, failed, not_run, not_drawn } = results.counts;
    const rest = Object.entries({ failed, 'not run': not_run, 'not drawn': not_drawn }).filter(
      ([, count]) => count > 0,
    );
    const of = [`${completed} of ${countText(found, 'task')}`, ...rest.map(([what, count]) => `${count} ${what}`)];
    const figures = results.suite === 'mcp-bench' ? mcpBenchText(results.figures) : toolFitText(results.figures);
    return `${title}, ${results.system}: ${figures} (${of.join(', ')}).`;
  });
}
