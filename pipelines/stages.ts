import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import type { StageEvents } from '../core/event.ts';
import type { StagePlan } from '../core/manifest.ts';
import { buildData, planBuildData } from './build-data.ts';
import { discover, planDiscover } from './discover.ts';
import { systemOf } from './evaluate/evaluate-settings.ts';
import { fetchBase, planFetchBase } from './fetch-base.ts';
import { importTraces, planImport } from './import.ts';
import { recipesOf, type Settings } from './settings.ts';
import { planSynthesize, synthesize } from './synthesize.ts';
import { planTrain, train } from './train.ts';

/** What every stage takes. */
export interface StageOptions {
  /** Makes the stage again although it is fresh. */
  force?: boolean;
  /** Goes on with the other servers when one fails. */
  keepGoing?: boolean;
  /** Evaluates on these gold queries instead of the held-out split. */
  queries?: string;
  /** Evaluates only these systems. */
  systems?: readonly string[];
}

export interface Stage {
  name: string;
  /** Of what it makes, or of the folders of that; absent where it makes nothing in the workspace. */
  folder?: string;
  /** What it would make now; several where it makes several artefacts. @throws ToolkitError where its inputs are missing */
  plan(context: Context, settings: Settings): Promise<StagePlan[]>;
  run(context: Context, settings: Settings, options: StageOptions): StageEvents;
}

function single(name: string, folder: string, plan: PlanOne, run: Stage['run']): Stage {
  return { name, folder, plan: one(plan), run };
}

type PlanOne = (context: Context, settings: Settings) => Promise<StagePlan>;

function one(plan: PlanOne): Stage['plan'] {
  return async (context, settings) => [await plan(context, settings)];
}

/** A stage that is loaded when it is first used: engines and charts take as long to load as all the rest. */
function late(name: string, folder: string, load: () => Promise<Omit<Stage, 'name' | 'folder'>>): Stage {
  return {
    name,
    folder,
    plan: async (...given) => (await load()).plan(...given),
    async *run(...given) {
      yield* (await load()).run(...given);
    },
  };
}

/** All recipes together: the adapters then fill the machine. */
const training: Stage = {
  name: 'train',
  folder: 'adapters',
  plan: (context, settings) => planTrain(context, settings, { recipes: wantedRecipes(context, settings) }),
  run: (context, settings, options) =>
    train(context, settings, { ...options, recipes: wantedRecipes(context, settings) }),
};

/** The monolithic adapter is there to be compared with: where no system has it, it is not trained. One that is there stays fresh: `convert` takes no stale one. */
function wantedRecipes({ workspace }: Context, settings: Settings): string[] {
  const { monolithic, ...recipes } = recipesOf(settings);
  const isCompared = settings.evaluate.systems
    .map(systemOf)
    .some((system) => system.kind === 'monolithic' && system.bundle === undefined);
  const isWanted = isCompared || existsSync(join(workspace, 'adapters', 'monolithic'));
  return isWanted ? [recipes.selector, monolithic, recipes.arguments] : Object.values(recipes);
}

/** The whole job in its order. */
export const STAGES: readonly Stage[] = [
  single('discover', 'catalogue', planDiscover, discover),
  single('synthesize', 'traces', planSynthesize, synthesize),
  { name: 'import', folder: 'imported', plan: planImport, run: importTraces },
  { name: 'fetch-base', plan: planFetchBase, run: fetchBase },
  single('build-data', 'samples', planBuildData, buildData),
  training,
  late('convert', 'bundle', async () => {
    const { convert, planConvert } = await import('./convert.ts');
    return { plan: one(planConvert), run: convert };
  }),
  late('evaluate', 'evaluation', async () => {
    const { evaluate, planEvaluate } = await import('./evaluate.ts');
    return { plan: one(planEvaluate), run: evaluate };
  }),
  late('offers', 'offers', async () => {
    const { offers, planOffers } = await import('./offers.ts');
    return { plan: planOffers, run: offers };
  }),
  late('report', 'report', async () => {
    const { planReport, report } = await import('./report.ts');
    return { plan: one(planReport), run: report };
  }),
];
