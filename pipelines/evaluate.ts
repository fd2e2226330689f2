import type { Context } from '../core/context.ts';
import type { StageEvents } from '../core/event.ts';
import { hashInput } from '../core/hash-input.ts';
import { readJsonFile } from '../core/json-file.ts';
import type { StagePlan } from '../core/manifest.ts';
import { runStage } from '../core/stage.ts';
import { CatalogueSchema } from '../core/tool.ts';
import { decisiveEngine } from './engine-settings.ts';
import { type EvaluationChoice, evaluationFolder } from './evaluate/evaluation-choice.ts';
import { queryCases } from './evaluate/query-cases.ts';
import { runEvaluation } from './evaluate/run-evaluation.ts';
import { SCORING_VERSION } from './evaluate/scoring-version.ts';
import { chosenSystems } from './evaluate/systems/chosen-systems.ts';
import { planSystems } from './evaluate/systems/systems-plan.ts';
import { serveHierarchy } from './serve-hierarchy.ts';
import type { Settings } from './settings.ts';
import { cataloguePath, stageHash } from './workspace-files.ts';

export interface EvaluateOptions extends EvaluationChoice {
  /** Predicts all again although the evaluation is fresh. */
  force?: boolean;
}

const QUERY_LINES = 'a file of JSON lines {id, server?, query, gold: {name, arguments | possible}, also_ok?}';

/** What `evaluate` would make now. @throws ToolkitError (input) where a stage before it is not complete */
export async function planEvaluate(
  context: Context,
  settings: Settings,
  choice: EvaluationChoice = {},
): Promise<StagePlan> {
  const { queries } = choice;
  const cases: Record<string, string> =
    queries === undefined
      ? { samples: await stageHash(context, 'samples', 'build-data') }
      : { queries: await hashInput(queries, 'queries', { expected: QUERY_LINES }) };
  const hash = await stageHash(context, 'catalogue', 'discover');
  const { tools } = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const { serve, evaluate, contextLength, sandbox, safe, redact, callTimeout, engine, seed } = settings;
  const { systems: _, models: __, ...how } = evaluate;
  const { systems, inputs } = await planSystems(context, settings, chosenSystems(settings, choice.systems));
  return {
    stage: 'evaluate',
    folder: evaluationFolder(context, settings, choice),
    inputs: {
      catalogue: hash,
      bundle: await stageHash(context, 'bundle', 'convert'),
      ...cases,
      ...inputs,
    },
    // What may be executed, and on what, decides `executed_ok`.
    settings: {
      version: SCORING_VERSION,
      ...how,
      systems,
      contextLength,
      sandbox,
      safe,
      redact,
      callTimeout,
      engine: decisiveEngine(engine),
      // Where there are too few tools to choose from it decides nothing.
      ...(serveHierarchy(settings, tools) && { hierarchy: serve.hierarchy }),
    },
    seed,
  };
}

/**
 * Compares the systems on the held-out traces, or on the user's own queries: every system makes every call, each call is scored,
 * and run where that is safe. An interrupted evaluation goes on with the predictions that it has.
 */
export async function* evaluate(context: Context, settings: Settings, options: EvaluateOptions = {}): StageEvents {
  const { force, ...choice } = options;
  const plan = await planEvaluate(context, settings, choice);
  // A file of another form must not take the place of predictions that were interrupted.
  if (choice.queries !== undefined)
    await queryCases(choice.queries, await readJsonFile(cataloguePath(context), CatalogueSchema));
  const isForced = force || context.cassette?.mode === 'record';
  yield* runStage(plan, { force: isForced, signal: context.signal }, ({ folder }) =>
    runEvaluation({ context, settings, choice, plan, folder }),
  );
}
