import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import type { StageEvents } from '../core/event.ts';
import { readManifest } from '../core/manifest.ts';
import type { Difference, Share } from '../core/metrics.ts';
import { carelessUnits } from './ablation/careless-units.ts';
import { CONDITIONS, type Condition, conditionSettings, fullSettings } from './ablation/conditions.ts';
import { buildData } from './build-data.ts';
import { writeDemoWorkspace } from './demo/workspace.ts';
import { discover } from './discover.ts';
import { olderRun } from './effect/older-run.ts';
import { readPredictions, serversToPredictions } from './effect/servers-to-predictions.ts';
import { PASSES } from './effect/variants.ts';
import type { PredictionRecord } from './evaluate/prediction-record.ts';
import { callAccuracyDifference, summarizeSystem } from './evaluate/summarize.ts';
import { loadSettings, recipesOf, type Settings } from './settings.ts';
import { synthesize } from './synthesize.ts';
import { heldOutPath } from './workspace-files.ts';

/** A condition with training data of one seed. */
export interface AblationRun {
  condition: Condition;
  seed: number;
  /** Training traces. */
  traces: number;
}

/** The demo's data of this seed, so that all conditions have the same files and entities. */
const DATA_SEED = 1;

/** Trains and evaluates one condition, all on the same held-out traces; what is fresh is skipped. */
export async function* runAblation(outer: Context, run: AblationRun): StageEvents {
  yield* makeHeldOut(heldOutContext(outer));
  const context = runContext(outer, run);
  const settings = await openRun(outer, run);
  const { selector, arguments: own } = recipesOf(settings);
  yield* serversToPredictions(
    context,
    settings,
    { recipes: [selector, own], passes: PASSES, ...run.condition.training },
    { units: carelessUnits },
  );
}

async function* makeHeldOut(context: Context): StageEvents {
  const settings = fullSettings(await openDemo(context));
  yield* discover(context, settings);
  yield* synthesize(context, settings);
  yield* buildData(context, settings);
}

function heldOutContext(context: Context): Context {
  return { ...context, workspace: join(context.workspace, 'held-out') };
}

function runContext(context: Context, { condition, seed }: Pick<AblationRun, 'condition' | 'seed'>): Context {
  return { ...context, workspace: join(context.workspace, condition.name, `seed-${seed}`) };
}

/** The seed of its traces differs from that of the held-out ones. */
async function openRun(outer: Context, run: AblationRun): Promise<Settings> {
  const demo = await openDemo(runContext(outer, run));
  const settings = conditionSettings(fullSettings(demo), run.condition, heldOutPath(heldOutContext(outer)), run.traces);
  return { ...settings, seed: DATA_SEED + run.seed };
}

async function openDemo(context: Context): Promise<Settings> {
  if (!(await writeDemoWorkspace(context.workspace, DATA_SEED))) throw olderRun(context.workspace);
  return loadSettings(context);
}

/** What a condition shows. */
export interface AblationRow {
  condition: string;
  about: string;
  /** Training traces, by seed. */
  traces: number[];
  /** Held-out steps of all seeds together. */
  steps: number;
  /** Of the decoupled system. */
  selection: Share;
  call: Share;
  /** Call accuracy beyond the first condition's: on all seeds, and on each. `null` for that one itself. */
  difference: { all: Difference; seeds: Record<number, number> } | null;
}

/** The figures of a condition, with those of the full one beside them. */
export async function ablationRow(
  context: Context,
  condition: Condition,
  seeds: readonly number[],
): Promise<AblationRow> {
  const [full] = CONDITIONS;
  const own = await readSeeds(context, condition, seeds);
  const reference = await readSeeds(context, full!, seeds);
  const difference = (rows: readonly PredictionRecord[], others: readonly PredictionRecord[]) =>
    callAccuracyDifference(new Map([['own', rows] as const, ['full', others] as const]), ['own', 'full']);
  const pooled = [...own.values()].flat();
  const { overall } = summarizeSystem(pooled);
  const manifests = await Promise.all(
    seeds.map((seed) => readManifest(join(runContext(context, { condition, seed }).workspace, 'samples'))),
  );
  return {
    condition: condition.name,
    about: condition.about,
    traces: manifests.map((manifest) => manifest?.counts['train traces'] ?? 0),
    steps: pooled.length,
    selection: overall.selection_accuracy,
    call: overall.call_accuracy,
    difference:
      condition === full
        ? null
        : {
            all: difference(pooled, [...reference.values()].flat()),
            seeds: Object.fromEntries(
              seeds.map((seed) => [seed, difference(own.get(seed)!, reference.get(seed)!).value]),
            ),
          },
  };
}

/** Cases of different seeds count apart; a trace stays one, so that intervals resample it with all that the seeds made of it. */
async function readSeeds(
  outer: Context,
  condition: Condition,
  seeds: readonly number[],
): Promise<Map<number, PredictionRecord[]>> {
  const bySeed = new Map<number, PredictionRecord[]>();
  for (const seed of seeds) {
    const context = runContext(outer, { condition, seed });
    const records = await readPredictions(context, await loadSettings(context));
    bySeed.set(
      seed,
      records.map((one) => ({ ...one, case: `${seed}/${one.case}` })),
    );
  }
  return bySeed;
}
