import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { positionsOf } from '../core/base.ts';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import type { StageEvent, StageEvents } from '../core/event.ts';
import { hashInput } from '../core/hash-input.ts';
import { isInside } from '../core/is-inside.ts';
import { readJsonFile, writeJsonFile } from '../core/json-file.ts';
import type { StagePlan } from '../core/manifest.ts';
import { createRenderer } from '../core/prompt/create-renderer.ts';
import { loadPromptSource, type PromptSource } from '../core/prompt/load-renderer.ts';
import type { PromptFile } from '../core/prompt/prompt-file.ts';
import type { Renderer } from '../core/prompt/renderer.ts';
import { segmentEncoder } from '../core/prompt/segment-encoder.ts';
import { runStage } from '../core/stage.ts';
import { CatalogueSchema } from '../core/tool.ts';
import { augmentPlan } from './build-data/augment-plan.ts';
import { contextFit } from './build-data/context-fit.ts';
import { readOlderData, renamedData, wantedData } from './build-data/data-basis.ts';
import { DEALT_FILE, readDealt } from './build-data/dealt.ts';
import { type DealtLog, openDealtLog } from './build-data/dealt-log.ts';
import { openAugmenter } from './build-data/open-augmenter.ts';
import { openRowFiles } from './build-data/row-files.ts';
import { type SampleWriterOptions, writeSamples } from './build-data/sample-writer.ts';
import { splitFiles, type TraceSplit } from './build-data/split-stage.ts';
import { tally } from './build-data/tally.ts';
import { basePath, type Settings } from './settings.ts';
import { readTraces, type TraceFiles, traceFiles } from './trace-files.ts';
import { cataloguePath, stageHash } from './workspace-files.ts';

const STAGE = 'build-data';
/** Raised where the same traces give other samples or splits, so that older ones count as stale. */
const SAMPLES_VERSION = 2;
/** Traces between two progress events. */
const PROGRESS_EVERY = 50;
/** What the stage makes; an interrupted run is begun anew, it takes seconds. */
const MADE = ['train', 'validation', 'test', 'exports', 'traces-test.jsonl', DEALT_FILE];

/** @throws ToolkitError (input) where catalogue or traces are not there yet */
export async function planBuildData(context: Context, settings: Settings): Promise<StagePlan> {
  const { source, renderer } = await openBase(context, settings);
  await refuseTooLong(context, settings);
  const { heldOut: _, ...split } = settings.split;
  const { heldOut } = traceFiles(context, settings);
  const augment = await augmentPlan(context, settings);
  return {
    stage: STAGE,
    folder: join(context.workspace, 'samples'),
    inputs: {
      catalogue: await stageHash(context, 'catalogue', 'discover'),
      traces: await stageHash(context, 'traces', 'synthesize'),
      ...(settings.sources.length > 0 && { imported: await stageHash(context, 'imported', 'import') }),
      ...(heldOut !== undefined && { heldOut: await hashHeldOut(heldOut, join(context.workspace, 'samples')) }),
      ...augment.inputs,
      tokenizer: source.tokenizer.hash,
      // Template, special tokens (the one that ends a turn is trained) and `settings.prompt`.
      renderer: renderer.hash,
    },
    settings: { version: SAMPLES_VERSION, split, contextLength: settings.contextLength, ...augment.settings },
    seed: settings.seed,
  };
}

/**
 * Makes loss-masked, deduplicated, split data sets: traces in, samples and exports out. Every sample passes the cut-rule check. Traces that older
 * samples were made of stay on their side of the split, unless its settings changed, or with `force`.
 */
export async function* buildData(context: Context, settings: Settings, options: { force?: boolean } = {}): StageEvents {
  const plan = await planBuildData(context, settings);
  yield* runStage(plan, { force: options.force, signal: context.signal }, async function* ({ folder }) {
    for (const name of MADE) await rm(join(folder, name), { recursive: true, force: true });
    const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
    const { source, renderer } = await openBase(context, settings);
    const [rejects, counts] = [tally(), tally()];
    const from = traceFiles(context, settings);
    const wanted = await wantedData(plan, from, { catalogue, settings });
    const older = options.force ? undefined : await readOlderData(plan.folder, wanted);
    const before = older && (await readDealt(plan.folder, renamedData(older, wanted)));
    const work = { stage: STAGE, rejects, signal: context.signal, before };
    const split = yield* splitFiles(from, catalogue, settings, work);
    yield { type: 'start', stage: STAGE, total: split.used };
    yield* warnings(split);
    const tools = {
      renderer,
      tools: new Map(catalogue.tools.map((tool) => [tool.id, tool])),
      catalogue: catalogue.hash,
      encode: segmentEncoder(source.tokenizer),
      augmenter: await openAugmenter(context, settings, catalogue),
    };
    const files = openRowFiles(folder);
    const fit = contextFit(settings.contextLength);
    const dealt = openDealtLog(folder);
    const writer = { tools, fit, files, rejects, counts, onSample: dealt.addSample };
    try {
      yield* writeAll(from, split, { ...writer, dealt }, context.signal);
      await dealt.finish(split.gone, wanted, older);
    } finally {
      await files.close();
      await dealt.close();
    }
    const lost = fit.lost();
    if (lost.length > 0) {
      const message = `no training samples left, all are longer than contextLength ${fit.contextLength}: ${lost.join(', ')}`;
      yield { type: 'warning', stage: STAGE, message };
    }
    await writeJsonFile(join(folder, 'rejects.json'), rejects.counts());
    await writeJsonFile(join(folder, 'prompt.json'), promptFile(source, renderer));
    return { ...counts.counts(), rejected: rejects.total, ...(before && { 'dealt out before': split.kept }) };
  });
}

async function openBase(context: Context, settings: Settings): Promise<{ source: PromptSource; renderer: Renderer }> {
  const source = await loadPromptSource(basePath(context, settings));
  return { source, renderer: createRenderer({ ...source, settings: settings.prompt }) };
}

function hashHeldOut(path: string, own: string): Promise<string> {
  if (isInside(path, own))
    throw new ToolkitError({
      kind: 'input',
      what: 'the held-out traces are what this stage makes: it would read its own output',
      where: path,
      todo: 'copy the file out of the folder, and name the copy in `split.heldOut`',
    });
  return hashInput(path, 'held-out traces', {
    expected: 'the traces-test.jsonl of a workspace with the same catalogue (`split.heldOut`)',
  });
}

/** Beyond its positions a base has learned nothing. */
async function refuseTooLong(context: Context, settings: Settings): Promise<void> {
  const base = basePath(context, settings);
  const positions = await positionsOf(base);
  if (settings.contextLength <= positions) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'contextLength is larger than what the base has positions for',
    where: base,
    expected: `at most ${positions} (max_position_embeddings in config.json)`,
    found: `${settings.contextLength}`,
    todo: `set \`contextLength: ${positions}\` in workspace.yaml`,
  });
}

/** Reads the traces a second time, now with their splits known. */
async function* writeAll(
  from: TraceFiles,
  { splits, used }: TraceSplit,
  { dealt, ...writer }: SampleWriterOptions & { dealt: DealtLog },
  signal: AbortSignal,
): AsyncGenerator<StageEvent> {
  let [place, done] = [0, 0];
  for await (const { trace } of readTraces(from)) {
    signal.throwIfAborted();
    const split = splits[place++];
    if (split === undefined) continue;
    await writeSamples(trace, split, writer);
    await dealt.add(trace, split);
    writer.counts.add(`${split} traces`);
    done += 1;
    if (done % PROGRESS_EVERY === 0 || done === used) {
      yield { type: 'progress', stage: STAGE, done, total: used, note: `${done} traces` };
    }
  }
}

function promptFile({ templateHash, tokenizer }: PromptSource, { settings, hash }: Renderer): PromptFile {
  return { settings, template: templateHash, tokenizer: tokenizer.hash, renderer: hash };
}

function* warnings({ lacking }: TraceSplit): Generator<StageEvent> {
  for (const side of ['train', 'validation', 'test'] as const) {
    const labels = lacking.filter(({ split }) => split === side).map(({ label }) => label);
    if (labels.length === 0) continue;
    yield { type: 'warning', stage: STAGE, message: `too few traces to have some in ${side}: ${labels.join(', ')}` };
  }
}
