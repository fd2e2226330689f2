import { join } from 'node:path';
import type { StageEvent } from '../../core/event.ts';
import { readJsonFile, writeJsonFile } from '../../core/json-file.ts';
import { readJsonl } from '../../core/jsonl.ts';
import type { StagePlan } from '../../core/manifest.ts';
import type { SuiteAbout } from '../../core/suite-results.ts';
import { CatalogueSchema } from '../../core/tool.ts';
import { openBoundedChatModel } from '../synthesize/chat/bounded-chat-model.ts';
import { cataloguePath } from '../workspace-files.ts';
import type { AgentTask } from './agent-task.ts';
import { FAILED, type RunRecord, RunRecordSchema, type TasksFile, TasksFileSchema } from './run-record.ts';
import { RUNS_FILE, TASKS_FILE } from './run-tasks.ts';
import { runsFolder, type SuiteJob } from './suite-plans.ts';

export const RESULTS_FILE = 'results.json';

/**
 * Scores the runs of a system, and writes `results.json`. What was judged before is not judged again: answers are kept in the workspace.
 * @throws ToolkitError where the judge's budget is used up or its endpoint fails; what was judged until then is kept
 */
export async function* scoreRuns<T extends AgentTask, R>(
  job: SuiteJob<T, R>,
  plan: StagePlan,
  folder: string,
): AsyncGenerator<StageEvent, Record<string, number>, undefined> {
  const { context, settings, suite, system } = job;
  const { stage, inputs, seed } = plan;
  const { judge: endpoint } = settings.suite;
  const judge = endpoint && (await openBoundedChatModel(context, endpoint, { setting: 'suite.judge' }));
  const scoring = { judge, verdicts: endpoint?.verdicts ?? 0, seed };
  const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const tasks = new Map((await suite.findTasks(context, catalogue)).tasks.map((task) => [task.id, task]));
  const { completed, failed } = await readRuns(job);
  yield { type: 'start', stage, total: completed.length };
  const rows: R[] = [];
  for (const record of completed) {
    context.signal.throwIfAborted();
    const tools = catalogue.tools.filter(({ id }) => record.tools.includes(id));
    rows.push(await suite.scoreRun({ task: tasks.get(record.task)!, record, tools }, scoring));
    const spent = judge && `judge: ${judge.spent.requests} requests, ${judge.spent.tokens} tokens`;
    yield { type: 'progress', stage, done: rows.length, total: completed.length, note: spent ?? record.task };
  }
  const tasksFile = await readJsonFile(join(runsFolder(job), TASKS_FILE), TasksFileSchema);
  const about = { version: 1, system, seed, inputs, judge: endpoint?.model ?? null } as const;
  const results = suite.results({ ...about, ...runCounts(tasksFile, completed, failed) }, rows);
  await writeJsonFile(join(folder, RESULTS_FILE), results);
  return { scored: rows.length, failed: failed.length };
}

async function readRuns<T extends AgentTask, R>(job: SuiteJob<T, R>) {
  const completed: RunRecord[] = [];
  const failed: RunRecord[] = [];
  for await (const record of readJsonl(join(runsFolder(job), RUNS_FILE), RunRecordSchema))
    (record.end === FAILED ? failed : completed).push(record);
  return { completed, failed };
}

function runCounts(
  { found, not_drawn, not_run }: TasksFile,
  completed: readonly RunRecord[],
  failed: readonly RunRecord[],
): Pick<SuiteAbout, 'counts' | 'not_run' | 'failed' | 'ends'> {
  const ends = Map.groupBy(completed, ({ end }) => end);
  return {
    counts: {
      found,
      completed: completed.length,
      failed: failed.length,
      not_run: not_run.reduce((sum, { tasks }) => sum + tasks.length, 0),
      not_drawn,
    },
    not_run,
    failed: failed.map(({ task, why }) => ({ task, why })),
    ends: Object.fromEntries([...ends].map(([end, members]) => [end, members.length])),
  };
}
