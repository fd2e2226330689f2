import { basename, dirname, join } from 'node:path';
import { positionsOf } from '../core/base.ts';
import type { Context } from '../core/context.ts';
import type { StageEvent, StageEvents } from '../core/event.ts';
import { readJsonFile, writeJsonFile } from '../core/json-file.ts';
import type { StagePlan } from '../core/manifest.ts';
import type { Offers } from '../core/metrics.ts';
import { runStage } from '../core/stage.ts';
import { CatalogueSchema } from '../core/tool.ts';
import { type DistractorCatalogue, distractorCatalogue } from './distractor-catalogue.ts';
import { decisiveEngine } from './engine-settings.ts';
import { NO_EXECUTOR } from './evaluate/executor.ts';
import { heldOutCases } from './evaluate/held-out-cases.ts';
import { toolsOf } from './evaluate/judge.ts';
import { openPrompts, openSystems } from './evaluate/open-systems.ts';
import { predictAll } from './evaluate/predict-all.ts';
import { openPredictionLog } from './evaluate/prediction-log.ts';
import type { PredictionRecord } from './evaluate/prediction-record.ts';
import { SCORING_VERSION } from './evaluate/scoring-version.ts';
import { summarizeSystem } from './evaluate/summarize.ts';
import { chosenSystems } from './evaluate/systems/chosen-systems.ts';
import { readExamples } from './evaluate/systems/read-examples.ts';
import { planSystems } from './evaluate/systems/systems-plan.ts';
import { tokenLimit } from './evaluate/token-limit.ts';
import { MOST_TOKENS } from './generation-limit.ts';
import { type OfferedCases, offerCases } from './offers/offer-cases.ts';
import { longestPrompt } from './offers/prompt-length.ts';
import { basePath, type Settings } from './settings.ts';
import { cataloguePath, heldOutPath, offersPath, stageHash } from './workspace-files.ts';

const STAGE = 'offers';

/** What `offers` would make now; nothing where the settings name no sizes. @throws ToolkitError (input) where a stage before it is not complete */
export async function planOffers(context: Context, settings: Settings): Promise<StagePlan[]> {
  const { offers, engine, seed } = settings;
  if (offers.sizes.length === 0) return [];
  const distractors = distractorsOf(context, settings);
  const { systems, inputs } = await planSystems(context, settings, chosenSystems(settings));
  return [
    {
      stage: STAGE,
      folder: dirname(offersPath(context)),
      inputs: {
        catalogue: await stageHash(context, 'catalogue', 'discover'),
        bundle: await stageHash(context, 'bundle', 'convert'),
        samples: await stageHash(context, 'samples', 'build-data'),
        ...inputs,
        ...(distractors !== undefined && { distractors: await distractors.hash() }),
      },
      settings: {
        version: SCORING_VERSION,
        sizes: offers.sizes,
        cases: offers.cases,
        systems,
        engine: decisiveEngine(engine),
      },
      seed,
    },
  ];
}

/**
 * Evaluates all systems with fewer and with more tools on offer than they were trained with. No call is run. An interrupted run goes on with
 * the predictions that it has. @throws ToolkitError (input) where a size is larger than catalogue and distractors together
 */
export async function* offers(context: Context, settings: Settings, options: { force?: boolean } = {}): StageEvents {
  const [plan] = await planOffers(context, settings);
  if (plan === undefined) {
    yield { type: 'skipped', stage: STAGE, reason: 'workspace.yaml names no offers.sizes' };
    return;
  }
  yield* runStage(plan, { force: options.force, signal: context.signal }, ({ folder }) =>
    predictOffers(context, settings, plan, folder),
  );
}

async function* predictOffers(
  context: Context,
  settings: Settings,
  plan: StagePlan,
  folder: string,
): AsyncGenerator<StageEvent, Record<string, number>, undefined> {
  const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const distractors = (await distractorsOf(context, settings)?.toolsFor(catalogue)) ?? [];
  const { sizes, cases: most } = settings.offers;
  const heldOut = await heldOutCases(heldOutPath(context), catalogue);
  const groups = offerCases(heldOut, { own: catalogue.tools, distractors }, { sizes, most }, settings.seed);
  const cases = groups.flatMap((group) => group.cases);
  const tools = toolsOf({ ...catalogue, tools: [...catalogue.tools, ...distractors] });
  const chosen = chosenSystems(settings);
  const prompts = await openPrompts(context, settings);
  const shown = await readExamples(context, settings, chosen, prompts.tokenizer);
  const longest = longestPrompt(prompts, cases, tools) + shown.tokens + MOST_TOKENS;
  const positions = await positionsOf(basePath(context, settings));
  if (longest > positions) {
    const message = `the longest prompt and its answer may take ${longest} tokens, the base has ${positions} positions: what is lost there is not due to the number of tools`;
    yield { type: 'warning', stage: STAGE, message };
  }
  const contextSize = Math.max(settings.contextLength + shown.tokens + MOST_TOKENS, longest);
  const maxTokens = tokenLimit(cases, tools, prompts.renderer, prompts.tokenizer.encode);
  const open = new AsyncDisposableStack();
  try {
    const all = [...tools.byId.values()];
    const { examples } = shown;
    const choice = { chosen, prompts, tools: all, contextSize, maxTokens, examples };
    const { systems, close } = await openSystems(context, settings, choice);
    open.defer(close);
    const log = await openPredictionLog(folder);
    open.defer(() => log.writer.close());
    const job = { stage: STAGE, cases, systems, tools, maxTokens, executor: NO_EXECUTOR, log, warnings: [] };
    const { records } = yield* predictAll({ ...job, signal: context.signal });
    const names = chosen.map(({ name }) => name);
    await writeJsonFile(join(folder, basename(offersPath(context))), offersOf(groups, names, records, plan));
    return { sizes: groups.length, cases: cases.length, predictions: records.length };
  } finally {
    await open.disposeAsync();
  }
}

function offersOf(
  groups: readonly OfferedCases[],
  systems: readonly string[],
  records: readonly PredictionRecord[],
  { seed, inputs }: StagePlan,
): Offers {
  return {
    version: 1,
    seed,
    sizes: groups.map(({ size, distractors, cases }) => {
      const ids = new Set(cases.map(({ id }) => id));
      const rows = records.filter((record) => ids.has(record.case));
      const of = (name: string) => summarizeSystem(rows.filter(({ system }) => system === name)).overall;
      return { tools: size, distractors, systems: Object.fromEntries(systems.map((name) => [name, of(name)])) };
    }),
    inputs,
  };
}

function distractorsOf(context: Context, { offers: { distractors } }: Settings): DistractorCatalogue | undefined {
  return distractors === undefined ? undefined : distractorCatalogue(context, distractors);
}
