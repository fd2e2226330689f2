import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import type { StageEvents } from '../core/event.ts';
import { readJsonl } from '../core/jsonl.ts';
import type { Metrics } from '../core/metrics.ts';
import { buildData } from './build-data.ts';
import { convert } from './convert.ts';
import { writeDemoWorkspace } from './demo/workspace.ts';
import { discover } from './discover.ts';
import { type Variant, variantSettings } from './effect/variants.ts';
import { evaluationFolder } from './evaluate/evaluation-choice.ts';
import { evaluationMetrics } from './evaluate/evaluation-metrics.ts';
import { PREDICTIONS } from './evaluate/prediction-log.ts';
import { type PredictionRecord, PredictionRecordSchema } from './evaluate/prediction-record.ts';
import { evaluate } from './evaluate.ts';
import { loadSettings, recipesOf, type Settings } from './settings.ts';
import { synthesize } from './synthesize.ts';
import { train } from './train.ts';

/** A variant with one seed: everything from the servers to the predictions, in a workspace of its own. */
export interface EffectRun {
  variant: Variant;
  seed: number;
}

function runContext(context: Context, { variant, seed }: EffectRun): Context {
  return { ...context, workspace: join(context.workspace, variant.name, `seed-${seed}`) };
}

/** Does the whole job of one run; what is fresh is skipped, so that an interrupted measurement goes on where it was. */
export async function* runEffect(outer: Context, run: EffectRun): StageEvents {
  const context = runContext(outer, run);
  await writeDemoWorkspace(context.workspace, run.seed);
  const settings = variantSettings(await loadSettings(context), run.variant);
  yield* discover(context, settings);
  yield* synthesize(context, settings);
  yield* buildData(context, settings);
  yield* train(context, settings, { recipes: Object.values(recipesOf(settings)), set: [...(run.variant.set ?? [])] });
  yield* convert(context, settings);
  yield* evaluate(context, settings);
}

/** The figures of a variant over its seeds together: each seed has servers' data, traces, split and trainings of its own. */
export async function effectMetrics(outer: Context, variant: Variant, seeds: readonly number[]): Promise<Metrics> {
  const records: PredictionRecord[] = [];
  let systems: Settings['evaluate']['systems'] = [];
  for (const seed of seeds) {
    const context = runContext(outer, { variant, seed });
    const settings = variantSettings(await loadSettings(context), variant);
    systems = settings.evaluate.systems;
    const path = join(evaluationFolder(context, settings), PREDICTIONS);
    for await (const { case: id, trace, ...rest } of readJsonl(path, PredictionRecordSchema)) {
      records.push({ ...rest, case: `${seed}/${id}`, trace: `${seed}/${trace}` });
    }
  }
  return evaluationMetrics(records, { systems, source: 'held-out', seed: seeds[0] ?? 1, maxTokens: 1, inputs: {} });
}
