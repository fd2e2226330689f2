import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import type { StageEvents } from '../core/event.ts';
import type { Difference, Share } from '../core/metrics.ts';
import { writeDemoWorkspace } from './demo/workspace.ts';
import { olderRun } from './effect/older-run.ts';
import { readPredictions, serversToPredictions } from './effect/servers-to-predictions.ts';
import { type Variant, variantSettings } from './effect/variants.ts';
import type { PredictionRecord } from './evaluate/prediction-record.ts';
import { callAccuracyDifference, summarizeSystem } from './evaluate/summarize.ts';
import { SYSTEM_NAMES } from './evaluate/system-names.ts';
import { loadSettings, recipesOf } from './settings.ts';

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
  if (!(await writeDemoWorkspace(context.workspace, run.seed))) throw olderRun(context.workspace);
  const settings = variantSettings(await loadSettings(context), run.variant);
  const recipes = Object.values(recipesOf(settings));
  yield* serversToPredictions(context, settings, { recipes, ...run.variant.training });
}

/** The predictions of a run. */
async function readRun(outer: Context, run: EffectRun): Promise<PredictionRecord[]> {
  const context = runContext(outer, run);
  const settings = variantSettings(await loadSettings(context), run.variant);
  return readPredictions(context, settings);
}

/** What a variant shows. */
export interface EffectRow {
  variant: string;
  about: string;
  /** Held-out steps of all seeds together. */
  steps: number;
  /** Call accuracy, by system. */
  systems: Record<string, Share>;
  /** What decoupling gains in call accuracy: over all seeds, and in each. Each seed has data, traces, split and trainings of its own. */
  gains: { over: string; all: Difference; seeds: Record<number, number> }[];
}

/** The figures of a variant. The intervals resample traces, not trainings: what differs from seed to seed shows beside them. */
export async function effectRow(context: Context, variant: Variant, seeds: readonly number[]): Promise<EffectRow> {
  const bySeed = new Map<number, PredictionRecord[]>();
  for (const seed of seeds) bySeed.set(seed, await readRun(context, { variant, seed }));
  const pooled = [...bySeed].flatMap(([seed, records]) =>
    records.map((one) => ({ ...one, case: `${seed}/${one.case}`, trace: `${seed}/${one.trace}` })),
  );
  const gain = (records: readonly PredictionRecord[], over: string) =>
    callAccuracyDifference(bySystem(records), ['decoupled', over]);
  const systems = [...bySystem(pooled)].map(([name, rows]) => [name, summarizeSystem(rows).overall.call_accuracy]);
  return {
    variant: variant.name,
    about: variant.about,
    steps: bySystem(pooled).get('decoupled')!.length,
    systems: Object.fromEntries(systems),
    gains: SYSTEM_NAMES.filter((name) => name !== 'decoupled').map((over) => ({
      over,
      all: gain(pooled, over),
      seeds: Object.fromEntries([...bySeed].map(([seed, records]) => [seed, gain(records, over).value])),
    })),
  };
}

function bySystem(records: readonly PredictionRecord[]): Map<string, PredictionRecord[]> {
  return new Map(SYSTEM_NAMES.map((name) => [name, records.filter(({ system }) => system === name)]));
}
