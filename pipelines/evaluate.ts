import type { Context } from '../core/context.ts';
import type { StageEvents } from '../core/event.ts';
import { runStage } from '../core/stage.ts';
import { type EvaluationChoice, planEvaluation } from './evaluate/evaluation-plan.ts';
import { runEvaluation } from './evaluate/run-evaluation.ts';
import type { Settings } from './settings.ts';

export interface EvaluateOptions extends EvaluationChoice {
  /** Predicts all again although the evaluation is fresh. */
  force?: boolean;
}

/** What `evaluate` would make now. @throws ToolkitError (input) where a stage before it is not complete */
export const planEvaluate = planEvaluation;

/**
 * Compares the systems on the held-out traces, or on the user's own queries: every system makes every call, each call is scored,
 * and run where that is safe. An interrupted evaluation goes on with the predictions that it has.
 */
export async function* evaluate(context: Context, settings: Settings, options: EvaluateOptions = {}): StageEvents {
  const { force, ...choice } = options;
  const plan = await planEvaluate(context, settings, choice);
  yield* runStage(plan, { force, signal: context.signal }, ({ folder }) =>
    runEvaluation({ context, settings, choice, plan, folder }),
  );
}
