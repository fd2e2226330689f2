import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { type Manifest, readManifest, type StagePlan } from '../../core/manifest.ts';
import { decisiveEngine } from '../engine-settings.ts';
import type { Settings } from '../settings.ts';
import { refuseChanged, stageHash } from '../workspace-files.ts';
import type { AgentTask } from './agent-task.ts';
import { needsBundle } from './open-suite-system.ts';
import { MOST_ROUNDS } from './run-task.ts';
import type { Suite } from './suite.ts';
import { type SuiteChoice, suiteFolder } from './suite-choice.ts';

/** Raised where the same tasks and models give other runs, so that older ones count as stale. */
const RUNS_VERSION = 1;
/** The same for scores. */
const SCORES_VERSION = 1;

/** What is done for one system. */
export interface SuiteJob<T extends AgentTask, R> {
  context: Context;
  settings: Settings;
  choice: SuiteChoice;
  suite: Suite<T, R>;
  system: string;
}

/** What running the tasks would make now. @throws ToolkitError (input) where a stage before it is not complete */
export async function planRuns<T extends AgentTask, R>(job: SuiteJob<T, R>): Promise<StagePlan> {
  const { context, settings, choice, suite, system } = job;
  const { sandbox, safe, redact, callTimeout, contextLength, engine, serve, seed } = settings;
  const ofBundle = needsBundle(system, settings);
  const inputs = {
    ...(await suite.inputs(context)),
    catalogue: await stageHash(context, 'catalogue', 'discover'),
    ...(ofBundle && { bundle: await stageHash(context, 'bundle', 'convert') }),
  };
  return {
    stage: `${choice.suite} ${system}`,
    folder: runsFolder(job),
    inputs,
    // What may be executed, and on what, decides what tools are on offer and what they answer.
    settings: {
      version: RUNS_VERSION,
      rounds: MOST_ROUNDS,
      distractors: choice.distractors,
      limit: choice.limit ?? null,
      servers: settings.suite.servers,
      sandbox,
      safe,
      redact,
      callTimeout,
      ...(ofBundle
        ? { contextLength, engine: decisiveEngine(engine), hierarchy: serve.hierarchy }
        : { endpoint: decisiveEndpoint(serve.endpoints[system]!) }),
    },
    seed,
  };
}

/** What scoring them would make now. @throws ToolkitError (input) where they are not run, or somebody changed them */
export async function planScores<T extends AgentTask, R>(job: SuiteJob<T, R>): Promise<StagePlan> {
  const { context, settings, choice, suite, system } = job;
  const { judge } = settings.suite;
  const runs = await completeRuns(job);
  const inputs = await suite.inputs(context);
  const other = Object.keys(inputs).find((name) => inputs[name] !== runs.inputs[name]);
  if (other !== undefined) throw changedMeanwhile(job, other);
  return {
    stage: `${choice.suite} ${system}: scores`,
    folder: scoresFolder(job),
    inputs: { ...inputs, runs: runs.hash },
    settings: {
      version: SCORES_VERSION,
      ...(judge && { prompts: suite.version, verdicts: judge.verdicts, judge: decisiveEndpoint(judge) }),
    },
    seed: settings.seed,
  };
}

async function completeRuns<T extends AgentTask, R>(job: SuiteJob<T, R>): Promise<Manifest> {
  const manifest = (await readManifest(runsFolder(job)))!;
  await refuseChanged(runsFolder(job), manifest, `pnpm pipeline suite ${job.choice.suite} --force`);
  return manifest;
}

/** Runs take hours, in which somebody may edit the tasks: they would be scored by what nobody was told. */
function changedMeanwhile<T extends AgentTask, R>({ choice, system }: SuiteJob<T, R>, what: string): ToolkitError {
  return new ToolkitError({
    kind: 'failed',
    what: `the ${what} changed while ${system} was run on them`,
    where: choice.files.length > 0 ? choice.files.join(', ') : choice.suite,
    expected: 'the tasks that were run',
    todo: 'put them back to score these runs, or run the same command again to run the new ones',
  });
}

type Place = Pick<SuiteJob<AgentTask, unknown>, 'context' | 'choice' | 'system'>;

/** Where the runs of one system lie. */
export function runsFolder({ context, choice, system }: Place): string {
  return join(suiteFolder(context, choice, system), 'runs');
}

/** Where their scores lie. */
export function scoresFolder({ context, choice, system }: Place): string {
  return join(suiteFolder(context, choice, system), 'scores');
}

interface Endpoint {
  baseUrl: string;
  model: string;
  parameters: Record<string, unknown>;
}

/** The rest says how its answers are come by, and may change on the way. */
function decisiveEndpoint({ baseUrl, model, parameters }: Endpoint): Endpoint {
  return { baseUrl, model, parameters };
}
