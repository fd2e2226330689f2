import { join } from 'node:path';
import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { readJsonFile, writeJsonFile } from '../../core/json-file.ts';
import { CatalogueSchema } from '../../core/tool.ts';
import { openToolSandbox, sandboxWarnings } from '../open-sandbox.ts';
import { openRecordLog, type RecordLog } from '../record-log.ts';
import { cataloguePath } from '../workspace-files.ts';
import type { AgentTask, NotRun } from './agent-task.ts';
import { openSuiteSystem } from './open-suite-system.ts';
import { type PlannedTask, planTasks, type TaskPlan } from './plan-tasks.ts';
import { FAILED, type RunRecord, RunRecordSchema, type TasksFile } from './run-record.ts';
import { type RunParts, runTask } from './run-task.ts';
import type { SuiteJob } from './suite-plans.ts';

export const RUNS_FILE = 'runs.jsonl';
export const TASKS_FILE = 'tasks.json';

export interface RunsPlace {
  /** Whose events these are. */
  stage: string;
  /** Where to write. */
  folder: string;
  /** Failed tasks count as such; else they are an error at the end, and the next run tries them again. */
  keepGoing?: boolean;
}

/**
 * Runs the tasks that the folder lacks, one after another, each in a sandbox as it was at first.
 * @throws ToolkitError (input) where no task can be run on the workspace's servers; (failed) where tasks failed for a reason that is not the system's
 */
export async function* runTasks<T extends AgentTask, R>(
  job: SuiteJob<T, R>,
  place: RunsPlace,
): AsyncGenerator<StageEvent, Record<string, number>, undefined> {
  const { context, settings, suite, choice, system } = job;
  const { stage, folder } = place;
  const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const found = await suite.findTasks(context, catalogue);
  const { limit, distractors } = choice;
  const rules = { settings, aliases: settings.suite.servers, distractors, limit, seed: settings.seed };
  const plan = planTasks(found, catalogue, rules);
  if (plan.planned.length === 0) throw nothingToRun(job, plan.notRun);
  const warn = (message: string): StageEvent => ({ type: 'warning', stage, message });
  for (const message of [...warningsOf(plan), ...(await sandboxWarnings(context, settings))]) yield warn(message);
  const open = new AsyncDisposableStack();
  try {
    const warnings: string[] = [];
    const opened = await openSuiteSystem(context, settings, system, (message) => warnings.push(message));
    open.defer(() => opened.close());
    for (const message of warnings) yield warn(message);
    const sandbox = await openToolSandbox(context, settings, catalogue);
    open.defer(() => sandbox.close());
    const log = await openRecordLog(join(folder, RUNS_FILE), RunRecordSchema);
    open.defer(() => log.writer.close());
    const parts = { system: opened, sandbox, signal: context.signal };
    const failed = yield* runAll(plan.planned, parts, { stage, log });
    if (failed.length > 0 && !place.keepGoing) throw tasksFailed(failed, plan.planned.length);
    for (const record of failed) await log.writer.write(record);
    await writeJsonFile(join(folder, TASKS_FILE), tasksFile(plan));
    const notRun = plan.notRun.reduce((sum, { tasks }) => sum + tasks.length, 0);
    return { tasks: plan.planned.length, failed: failed.length, not_run: notRun };
  } finally {
    await open.disposeAsync();
  }
}

/** @returns runs that came to no end: they are not in the log */
async function* runAll(
  planned: readonly PlannedTask[],
  parts: RunParts,
  { stage, log }: { stage: string; log: RecordLog<RunRecord> },
): AsyncGenerator<StageEvent, RunRecord[], undefined> {
  const done = new Set(log.records.map(({ task }) => task));
  const failed: RunRecord[] = [];
  yield { type: 'start', stage, total: planned.length, resumed: done.size };
  let count = done.size;
  for (const one of planned.filter(({ task }) => !done.has(task.id))) {
    parts.signal.throwIfAborted();
    const record = await runTask(parts, one);
    if (record.end !== FAILED) await log.writer.write(record);
    else {
      failed.push(record);
      yield { type: 'warning', stage, message: `${record.task}: ${record.why}` };
    }
    count += 1;
    const note = `${record.task}: ${record.calls.length} calls, ${record.end}`;
    yield { type: 'progress', stage, done: count, total: planned.length, note };
  }
  return failed;
}

function tasksFile<T extends AgentTask>({ planned, notRun, notDrawn }: TaskPlan<T>): TasksFile {
  const left = notRun.reduce((sum, { tasks }) => sum + tasks.length, 0);
  return { found: planned.length + notDrawn + left, not_drawn: notDrawn, not_run: notRun };
}

const MOST_NAMED = 5;

function warningsOf<T extends AgentTask>({ planned, notRun, notDrawn, leftOut }: TaskPlan<T>): string[] {
  const all = tasksFile({ planned, notRun, notDrawn, leftOut }).found;
  const lacking = notRun.map(
    ({ why, tasks }) => `${tasks.length} of ${all} tasks are not run (${listOf(tasks)}): ${why}`,
  );
  if (leftOut.length === 0) return lacking;
  const tools = `on offer to no task, as they may change something and have no sandbox: ${listOf(leftOut)}`;
  return [...lacking, tools];
}

function listOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function nothingToRun<T extends AgentTask, R>(
  { choice: { suite, files } }: SuiteJob<T, R>,
  notRun: readonly NotRun[],
): ToolkitError {
  const reasons = notRun.map(({ why, tasks }) => `${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}: ${why}`);
  const isOwn = files.length > 0;
  return new ToolkitError({
    kind: 'input',
    what: 'none of the tasks can be run',
    where: isOwn ? files.join(', ') : `${suite} on the held-out traces`,
    expected: isOwn
      ? 'tasks whose servers are in the catalogue, with tools that may run here'
      : 'held-out traces whose calls were carried out, and showed something',
    found: reasons.length === 0 ? 'no task' : reasons.join('\n            '),
    todo: isOwn
      ? 'add the servers to the servers file and run `pnpm pipeline discover`; where they have other names there, say so in `suite.servers` of workspace.yaml'
      : 'give tasks of your own by --tasks, or let `pnpm pipeline synthesize` run calls in a sandbox (`sandbox` in workspace.yaml)',
  });
}

function tasksFailed(failed: readonly RunRecord[], all: number): ToolkitError {
  return new ToolkitError({
    kind: 'failed',
    what: `${failed.length} of ${all} tasks could not be run to an end`,
    found: failed
      .slice(0, MOST_NAMED)
      .map(({ task, why }) => `${task}: ${why}`)
      .join('\n            '),
    todo: 'run the same command again: only these are run; or give --keep-going to count them as failed',
  });
}
