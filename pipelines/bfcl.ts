import type { Context } from '../core/context.ts';
import type { StageEvents } from '../core/event.ts';
import { hashFile } from '../core/hash.ts';
import type { StagePlan } from '../core/manifest.ts';
import { runStage } from '../core/stage.ts';
import { type BfclChoice, bfclChoiceFolder } from './bfcl/bfcl-choice.ts';
import { bfclSystems } from './bfcl/bfcl-systems.ts';
import { type CategoryFiles, dataFiles } from './bfcl/data-files.ts';
import { bfclData } from './bfcl/fetched-data.ts';
import { runBfcl } from './bfcl/run-bfcl.ts';
import { decisiveEngine } from './engine-settings.ts';
import { SCORING_VERSION } from './evaluate/scoring-version.ts';
import { planSystems, type SystemsPlan } from './evaluate/systems/systems-plan.ts';
import type { Settings } from './settings.ts';
import { stageHash } from './workspace-files.ts';

export interface BfclOptions extends BfclChoice {
  /** Folder of BFCL's questions, with `possible_answer` in it. Absent: they are fetched where they are missing. */
  data?: string;
  /** Asks all again although the figures are fresh. */
  force?: boolean;
}

/**
 * Asks the systems of a workspace the one-turn questions of the Berkeley Function Calling Leaderboard, each with its own functions on offer, and scores
 * their calls as it does. An interrupted run goes on with the answers that it has.
 * @throws ToolkitError (input) where the data are not BFCL's, or the bundle is missing
 */
export async function* bfcl(context: Context, settings: Settings, options: BfclOptions = {}): StageEvents {
  const { data, force, ...choice } = options;
  // What is wrong with these is said before anything is fetched.
  const decisive = await decisiveParts(context, settings, choice);
  const files = await dataFiles(data ?? (yield* bfclData(context)), choice.categories);
  const plan = await planBfcl(context, settings, { ...decisive, files, choice });
  yield* runStage(plan, { force, signal: context.signal }, ({ folder }) =>
    runBfcl({ context, settings, choice, files, plan, folder }),
  );
}

/** Systems and bundle. */
async function decisiveParts(context: Context, settings: Settings, choice: BfclChoice): Promise<SystemsPlan> {
  const { systems, inputs } = await planSystems(context, settings, bfclSystems(settings, choice));
  return { systems, inputs: { bundle: await stageHash(context, 'bundle', 'convert'), ...inputs } };
}

interface BfclParts extends SystemsPlan {
  files: readonly CategoryFiles[];
  choice: BfclChoice;
}

async function planBfcl(
  context: Context,
  settings: Settings,
  { systems, inputs: ofSystems, files, choice }: BfclParts,
): Promise<StagePlan> {
  const inputs = { ...ofSystems };
  for (const { category, questions, answers } of files) {
    inputs[category] = await hashFile(questions);
    if (answers !== undefined) inputs[`${category} answers`] = await hashFile(answers);
  }
  const { contextLength, engine, seed } = settings;
  const { limit } = choice;
  return {
    stage: 'bfcl',
    folder: bfclChoiceFolder(context, choice),
    inputs,
    settings: {
      version: SCORING_VERSION,
      systems,
      ...(limit !== undefined && { limit }),
      contextLength,
      engine: decisiveEngine(engine),
    },
    seed,
  };
}
