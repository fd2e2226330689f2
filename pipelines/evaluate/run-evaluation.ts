import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import { messageOf, ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { readJsonFile, writeJsonFile } from '../../core/json-file.ts';
import type { StagePlan } from '../../core/manifest.ts';
import { type Catalogue, CatalogueSchema } from '../../core/tool.ts';
import { MOST_TOKENS } from '../generation-limit.ts';
import { serveHierarchy } from '../serve-hierarchy.ts';
import type { Settings } from '../settings.ts';
import { cataloguePath, heldOutPath } from '../workspace-files.ts';
import { confusionsOf } from './confusions-of.ts';
import type { EvaluationCase } from './evaluation-case.ts';
import type { EvaluationChoice } from './evaluation-choice.ts';
import { evaluationMetrics } from './evaluation-metrics.ts';
import { type Executor, NO_EXECUTOR, openExecutor } from './executor.ts';
import { heldOutCases } from './held-out-cases.ts';
import { toolsOf } from './judge.ts';
import { openPrompts, openSystems } from './open-systems.ts';
import { orderCases } from './order-cases.ts';
import { predictAll } from './predict-all.ts';
import { openPredictionLog } from './prediction-log.ts';
import { queryCases } from './query-cases.ts';
import type { SystemName } from './system-names.ts';
import { tokenLimit } from './token-limit.ts';

export interface EvaluationJob {
  context: Context;
  settings: Settings;
  choice: EvaluationChoice;
  plan: StagePlan;
  /** Where to write. */
  folder: string;
}

/** Predicts and scores what is not in the folder yet, and writes `metrics.json`. */
export async function* runEvaluation(
  job: EvaluationJob,
): AsyncGenerator<StageEvent, Record<string, number>, undefined> {
  const { context, settings, choice, folder } = job;
  const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const cases = await readCases(job, catalogue);
  const names = choice.systems ?? settings.evaluate.systems;
  const warnings: string[] = [];
  const open = new AsyncDisposableStack();
  try {
    const prompts = await openPrompts(context, settings);
    const contextSize = settings.contextLength + MOST_TOKENS;
    const hierarchy = serveHierarchy(settings, catalogue.tools);
    const { systems, engine } = await openSystems(context, settings, { names, prompts, contextSize, hierarchy });
    open.defer(() => engine.close());
    const executor = await tryExecutor(job, catalogue, (message) => warnings.push(message));
    open.defer(() => executor.close());
    const log = await openPredictionLog(folder);
    open.defer(() => log.writer.close());
    const tools = toolsOf(catalogue);
    const maxTokens = tokenLimit(cases, tools, prompts.renderer, engine.tokenize);
    const { signal } = context;
    const records = yield* predictAll({
      stage: 'evaluate',
      cases,
      systems,
      tools,
      maxTokens,
      executor,
      log,
      warnings,
      signal,
    });
    await writeMetrics(job, names, records, maxTokens);
    return { cases: cases.length, systems: names.length, predictions: records.length };
  } finally {
    await open.disposeAsync();
  }
}

async function readCases(
  { context, settings, choice }: EvaluationJob,
  catalogue: Catalogue,
): Promise<EvaluationCase[]> {
  const path = choice.queries ?? heldOutPath(context);
  const cases = await (choice.queries === undefined ? heldOutCases : queryCases)(path, catalogue);
  if (cases.length === 0) throw new ToolkitError({ kind: 'input', what: 'there is no case to evaluate', where: path });
  return orderCases(cases, settings.evaluate.limit, settings.seed);
}

/** Without a sandbox the other figures still count. */
async function tryExecutor(
  { context, settings }: EvaluationJob,
  catalogue: Catalogue,
  warn: (message: string) => void,
): Promise<Executor> {
  if (!settings.evaluate.execute) return NO_EXECUTOR;
  try {
    return await openExecutor(context, settings, catalogue, warn);
  } catch (error) {
    context.signal.throwIfAborted();
    warn(`calls cannot be run, executed_ok stays unscored: ${messageOf(error)}`);
    return NO_EXECUTOR;
  }
}

async function writeMetrics(
  { plan, choice, folder }: EvaluationJob,
  systems: readonly SystemName[],
  records: Parameters<typeof evaluationMetrics>[0],
  maxTokens: number,
): Promise<void> {
  const source = choice.queries === undefined ? 'held-out' : 'queries';
  const { seed, inputs } = plan;
  const metrics = evaluationMetrics(records, { systems, source, seed, inputs, maxTokens });
  await writeJsonFile(join(folder, 'metrics.json'), metrics);
  await writeJsonFile(join(folder, 'confusions.json'), confusionsOf(metrics));
}
