import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import type { StageEvents } from '../core/event.ts';
import { readJsonFile } from '../core/json-file.ts';
import { runStage } from '../core/stage.ts';
import { type SuiteResults, SuiteResultsSchema } from '../core/suite-results.ts';
import { CatalogueSchema } from '../core/tool.ts';
import type { Settings } from './settings.ts';
import type { AgentTask } from './suite/agent-task.ts';
import { mcpBench } from './suite/mcp-bench/mcp-bench.ts';
import { needsBundle } from './suite/open-suite-system.ts';
import { runTasks } from './suite/run-tasks.ts';
import { RESULTS_FILE, scoreRuns } from './suite/score-runs.ts';
import type { SuiteChoice } from './suite/suite-choice.ts';
import { planRuns, planScores, type SuiteJob, scoresFolder } from './suite/suite-plans.ts';
import { toolFit } from './suite/toolfit/toolfit.ts';
import { cataloguePath } from './workspace-files.ts';

export interface SuiteOptions extends SuiteChoice {
  /** Runs and scores all again although it is fresh. */
  force?: boolean;
  /** Counts tasks that could not be run to an end as failed; else they are an error, and the next run tries them again. */
  keepGoing?: boolean;
}

/**
 * Runs a suite of agent tasks with each system, and scores the runs: two stages for each system, so that another judge needs no new runs. An
 * interrupted one goes on with the tasks that it has, and asks the judge nothing twice.
 * @throws ToolkitError (input) where a system or its bundle is missing, a task file has another form, or no task can be run
 */
export async function* suite(context: Context, settings: Settings, options: SuiteOptions): StageEvents {
  const { suite: name, files, systems } = options;
  for (const system of systems) needsBundle(system, settings);
  if (name === 'mcp-bench' && files.length === 0) throw noFiles();
  for (const system of systems) {
    const job = { context, settings, choice: options, system };
    if (name === 'mcp-bench') yield* runSuite({ ...job, suite: mcpBench(files) }, options);
    else yield* runSuite({ ...job, suite: toolFit(files) }, options);
  }
}

async function* runSuite<T extends AgentTask, R>(job: SuiteJob<T, R>, { force, keepGoing }: SuiteOptions): StageEvents {
  const { context, suite: of } = job;
  const { signal } = context;
  const runs = await planRuns(job);
  // A file of another form must not take the place of runs that were interrupted.
  await of.findTasks(context, await readJsonFile(cataloguePath(context), CatalogueSchema));
  yield* runStage(runs, { force, signal }, ({ folder }) => runTasks(job, { stage: runs.stage, folder, keepGoing }));
  const scores = await planScores(job);
  yield* runStage(scores, { force, signal }, ({ folder }) => scoreRuns(job, scores, folder));
  const { suite: name, system, judge, counts, figures } = await suiteResults(job);
  yield { type: 'data', stage: runs.stage, data: { suite: name, system, judge, counts, figures } };
}

/** The results of one system that has been run. */
export function suiteResults(place: Parameters<typeof scoresFolder>[0]): Promise<SuiteResults> {
  return readJsonFile(join(scoresFolder(place), RESULTS_FILE), SuiteResultsSchema);
}

function noFiles(): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: 'no task files are given',
    where: '--tasks',
    expected: 'task files of MCP-Bench, such as tasks/mcpbench_tasks_single_runner_format.json',
    todo: 'get them from https://github.com/Accenture/mcp-bench, and name one or more of them',
  });
}
