import type { Context } from '../core/context.ts';
import type { StageEvents } from '../core/event.ts';
import type { StagePlan } from '../core/manifest.ts';
import { buildData, planBuildData } from './build-data.ts';
import { convert, planConvert } from './convert.ts';
import { discover, planDiscover } from './discover.ts';
import { evaluate, planEvaluate } from './evaluate.ts';
import { importTraces, planImport } from './import.ts';
import { offers, planOffers } from './offers.ts';
import { planReport, report } from './report.ts';
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
  systems?: Settings['evaluate']['systems'];
}

export interface Stage {
  name: string;
  /** What it would make now; several where it makes several artefacts. @throws ToolkitError where its inputs are missing */
  plan(context: Context, settings: Settings): Promise<StagePlan[]>;
  run(context: Context, settings: Settings, options: StageOptions): StageEvents;
}

function single(
  name: string,
  plan: (context: Context, settings: Settings) => Promise<StagePlan>,
  run: Stage['run'],
): Stage {
  return { name, plan: async (context, settings) => [await plan(context, settings)], run };
}

/** All recipes together: the adapters then fill the machine. */
const training: Stage = {
  name: 'train',
  plan: (context, settings) => planTrain(context, settings, { recipes: Object.values(recipesOf(settings)) }),
  run: (context, settings, options) =>
    train(context, settings, { ...options, recipes: Object.values(recipesOf(settings)) }),
};

/** The whole job in its order. */
export const STAGES: readonly Stage[] = [
  single('discover', planDiscover, discover),
  single('synthesize', planSynthesize, synthesize),
  { name: 'import', plan: planImport, run: importTraces },
  single('build-data', planBuildData, buildData),
  training,
  single('convert', planConvert, convert),
  single('evaluate', planEvaluate, evaluate),
  { name: 'offers', plan: planOffers, run: offers },
  single('report', planReport, report),
];
