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
import { type EvaluationAbout, evaluationMetrics } from './evaluation-metrics.ts';
import { type Executor, NO_EXECUTOR, openExecutor } from './executor.ts';
import { heldOutCases } from './held-out-cases.ts';
import { toolsOf } from './judge.ts';
import { openPrompts, openSystems } from './open-systems.ts';
import { orderCases } from './order-cases.ts';
import { predictAll } from './predict-all.ts';
import { openPredictionLog } from './prediction-log.ts';
import type { PredictionRecord } from './prediction-record.ts';
import { queryCases } from './query-cases.ts';
import { chosenSystems } from './systems/chosen-systems.ts';
import { readExamples } from './systems/read-examples.ts';
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
  const chosen = chosenSystems(settings, choice.systems);
  const warnings: string[] = [];
  const open = new AsyncDisposableStack();
  try {
    const prompts = await openPrompts(context, settings);
    const tools = toolsOf(catalogue);
    const maxTokens = tokenLimit(cases, tools, prompts.renderer, prompts.tokenizer.encode);
    const shown = await readExamples(context, settings, chosen, prompts.tokenizer);
    const { systems, close } = await openSystems(context, settings, {
      chosen,
      prompts,
      tools: catalogue.tools,
      contextSize: settings.contextLength + MOST_TOKENS + shown.tokens,
      maxTokens,
      hierarchy: serveHierarchy(settings, catalogue.tools),
      examples: shown.examples,
    });
    open.defer(close);
    const executor = await tryExecutor(job, catalogue, (message) => warnings.push(message));
    open.defer(() => executor.close());
    const log = await openPredictionLog(folder);
    open.defer(() => log.writer.close());
    const { signal } = context;
    const { records, unscored } = yield* predictAll({
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
    const names = chosen.map(({ name }) => name);
    await writeMetrics(job, { systems: names, unscored, maxTokens }, records);
    return {
      cases: cases.length,
      systems: names.length,
      predictions: records.length,
      ...(unscored.length > 0 && { unscored: unscored.length }),
    };
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
  about: Pick<EvaluationAbout, 'systems' | 'unscored' | 'maxTokens'>,
  records: readonly PredictionRecord[],
): Promise<void> {
  const source = choice.queries === undefined ? 'held-out' : 'queries';
  const { seed, inputs } = plan;
  const metrics = evaluationMetrics(records, { ...about, source, seed, inputs });
  await writeJsonFile(join(folder, 'metrics.json'), metrics);
  await writeJsonFile(join(folder, 'confusions.json'), confusionsOf(metrics));
  if (about.unscored?.length) await writeJsonFile(join(folder, 'unscored.json'), about.unscored);
}
