import { join, resolve } from 'node:path';
import type { Context } from '../core/context.ts';
import { messageOf, ToolkitError } from '../core/errors.ts';
import type { StageEvent, StageEvents } from '../core/event.ts';
import { hashFile } from '../core/hash.ts';
import { readJsonFile, writeJsonFile } from '../core/json-file.ts';
import type { StagePlan } from '../core/manifest.ts';
import type { Offers } from '../core/metrics.ts';
import { runStage } from '../core/stage.ts';
import { type Catalogue, CatalogueSchema, type Tool } from '../core/tool.ts';
import type { EvaluationCase } from './evaluate/evaluation-case.ts';
import { NO_EXECUTOR } from './evaluate/executor.ts';
import { heldOutCases } from './evaluate/held-out-cases.ts';
import { type Tools, toolsOf } from './evaluate/judge.ts';
import { distractorsFor, type OfferedCases, offerCases } from './evaluate/offer-cases.ts';
import { openSystems, type Prompts } from './evaluate/open-systems.ts';
import { predictAll } from './evaluate/predict-all.ts';
import { openPredictionLog } from './evaluate/prediction-log.ts';
import type { PredictionRecord } from './evaluate/prediction-record.ts';
import { summarizeSystem } from './evaluate/summarize.ts';
import { MOST_TOKENS, tokenLimit } from './evaluate/token-limit.ts';
import type { Settings } from './settings.ts';
import { cataloguePath, heldOutPath, stageHash } from './workspace-files.ts';

export const OFFERS_FOLDER = 'offers';
const STAGE = 'offers';

/** What `offers` would make now; nothing where the settings name no sizes. @throws ToolkitError (input) where a stage before it is not complete */
export async function planOffers(context: Context, settings: Settings): Promise<StagePlan[]> {
  const { offers, evaluate, seed } = settings;
  if (offers.sizes.length === 0) return [];
  const distractors = distractorsPath(context, settings);
  return [
    {
      stage: STAGE,
      folder: join(context.workspace, OFFERS_FOLDER),
      inputs: {
        catalogue: await stageHash(context, 'catalogue', 'discover'),
        bundle: await stageHash(context, 'bundle', 'convert'),
        samples: await stageHash(context, 'samples', 'build-data'),
        ...(distractors !== undefined && { distractors: await hashFile(distractors).catch(refuse(distractors)) }),
      },
      settings: { version: 1, sizes: offers.sizes, cases: offers.cases, systems: evaluate.systems },
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
  const distractors = await readDistractors(context, settings, catalogue);
  const { sizes, cases: most } = settings.offers;
  const heldOut = await heldOutCases(heldOutPath(context), catalogue);
  const groups = offerCases(heldOut, { own: catalogue.tools, distractors }, { sizes, most }, settings.seed);
  const cases = groups.flatMap((group) => group.cases);
  const tools = toolsOf({ ...catalogue, tools: [...catalogue.tools, ...distractors] });
  const names = settings.evaluate.systems;
  const contextSize = (prompts: Prompts) =>
    Math.max(settings.contextLength, longestPrompt(prompts, cases, tools)) + MOST_TOKENS;
  const { systems, engine, renderer } = await openSystems(context, settings, { names, contextSize });
  try {
    const log = await openPredictionLog(folder);
    try {
      const maxTokens = tokenLimit(cases, tools, renderer, engine.tokenize);
      const job = { stage: STAGE, cases, systems, tools, maxTokens, executor: NO_EXECUTOR, log, warnings: [] };
      const records = yield* predictAll({ ...job, signal: context.signal });
      await writeJsonFile(join(folder, 'offers.json'), offersOf(groups, names, records, plan));
      return { sizes: groups.length, cases: cases.length, predictions: records.length };
    } finally {
      await log.writer.close();
    }
  } finally {
    await engine.close();
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

/** Tokens of the longest prompt: that of the longest conversation in each offer. */
function longestPrompt({ renderer, tokenizer }: Prompts, cases: readonly EvaluationCase[], tools: Tools): number {
  const said = ({ before }: EvaluationCase) => before.reduce((sum, { content }) => sum + (content?.length ?? 0), 0);
  const longest = [...Map.groupBy(cases, (one) => one.tools).values()].map((members) =>
    members.reduce((most, one) => (said(one) > said(most) ? one : most)),
  );
  const lengths = longest.map((one) => {
    const onOffer = one.tools.map((id) => tools.byId.get(id)!);
    return tokenizer.encode(renderer.selectorPrompt(one.before, onOffer)).length;
  });
  return Math.max(0, ...lengths);
}

function distractorsPath({ workspace }: Context, { offers: { distractors } }: Settings): string | undefined {
  return distractors === undefined ? undefined : resolve(workspace, distractors);
}

async function readDistractors(context: Context, settings: Settings, catalogue: Catalogue): Promise<Tool[]> {
  const path = distractorsPath(context, settings);
  return path === undefined ? [] : distractorsFor(catalogue, await readJsonFile(path, CatalogueSchema));
}

function refuse(path: string) {
  return (error: unknown): never => {
    throw new ToolkitError({
      kind: 'input',
      what: `cannot read the distractors: ${messageOf(error)}`,
      where: path,
      expected: 'a catalogue.json, as `pnpm pipeline discover` writes it',
      cause: error,
    });
  };
}
