import type { Context } from '../../core/context.ts';
import type { SuiteAbout, SuiteResults } from '../../core/suite-results.ts';
import type { Catalogue, Tool } from '../../core/tool.ts';
import type { BoundedChatModel } from '../synthesize/chat/bounded-chat-model.ts';
import type { AgentTask, FoundTasks } from './agent-task.ts';
import type { RunRecord } from './run-record.ts';

/** A completed run and its task. */
export interface CompletedRun<T extends AgentTask> {
  task: T;
  record: RunRecord;
  /** Those that were on offer. */
  tools: readonly Tool[];
}

/** What scores are made with. */
export interface Scoring {
  /** Absent: what only a judge can tell stays unscored. */
  judge?: BoundedChatModel;
  verdicts: number;
  seed: number;
}

/** A suite of agent tasks: how its tasks are found, and how runs of them are scored. */
export interface Suite<T extends AgentTask, R> {
  /** Hashes of what the tasks are read from. @throws ToolkitError (input) where it is not there */
  inputs(context: Context): Promise<Record<string, string>>;
  /** @throws ToolkitError (input) where a file has another form */
  findTasks(context: Context, catalogue: Catalogue): Promise<FoundTasks<T>>;
  /** Scores one run. @throws ToolkitError where the judge's budget is used up or its endpoint fails */
  scoreRun(run: CompletedRun<T>, scoring: Scoring): Promise<R>;
  /** Puts the scores of all runs together. */
  results(about: Omit<SuiteAbout, 'suite'>, rows: readonly R[]): SuiteResults;
  /** Changes with the judge's prompts and with the scoring. */
  version: string;
}

/** Why there is no verdict. */
export const NO_JUDGE = 'no model judges: `suite.judge` in workspace.yaml is not set';
