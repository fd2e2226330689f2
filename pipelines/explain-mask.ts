import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import { readJsonFile } from '../core/json-file.ts';
import { readJsonl } from '../core/jsonl.ts';
import { createRenderer } from '../core/prompt/create-renderer.ts';
import { loadPromptSource } from '../core/prompt/load-renderer.ts';
import { type Sample, SampleSchema, type Task } from '../core/sample.ts';
import { CatalogueSchema } from '../core/tool.ts';
import type { Trace } from '../core/trace.ts';
import { type Check, type CheckTools, checkSample } from '../datasets/check-sample.ts';
import { sampleTokens } from '../datasets/sample-tokens.ts';
import { openAugmenter } from './build-data/open-augmenter.ts';
import { basePath, type Settings } from './settings.ts';
import { readTraces, type TraceFiles, traceFiles } from './trace-files.ts';
import { cataloguePath } from './workspace-files.ts';

/** A sample as the trainer sees it, token by token. */
export interface MaskExplanation {
  id: string;
  task: Task;
  tokens: { id: number; text: string; train: boolean }[];
  /** Whether the sample keeps the cut rule. */
  checks: Check[];
}

/**
 * Shows what the loss sees of one sample, and checks it.
 * @param options.sample its id, or that of a trace that has one sample of the task; absent: the first one of the task (`selector` unless said
 * otherwise)
 * @throws ToolkitError (input) where there is no such sample
 */
export async function explainMask(
  context: Context,
  settings: Settings,
  options: { sample?: string; task?: Task } = {},
): Promise<MaskExplanation> {
  const { sample: id, task = 'selector' } = options;
  const sample = await findSample(context, task, id);
  const source = await loadPromptSource(basePath(context, settings));
  const { encode } = source.tokenizer;
  const { ids, train } = sampleTokens(sample, encode);
  const tokens = ids.map((token, index) => ({
    id: token,
    text: source.tokenizer.decode([token]),
    train: train[index]!,
  }));
  const renderer = createRenderer({ ...source, settings: settings.prompt });
  const trace = await findTrace(traceFiles(context, settings), sample.meta.trace);
  const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const tools = new Map(catalogue.tools.map((tool) => [tool.id, tool]));
  const augmenter = sample.meta.augmented && (await openAugmenter(context, settings, catalogue));
  const checks = check(sample, trace, { renderer, encode, tools, catalogue: catalogue.hash, augmenter });
  return { id: sample.id, task: sample.task, tokens, checks };
}

function check(sample: Sample, trace: Trace | undefined, tools: CheckTools): Check[] {
  const isUsable = trace?.tools.every((id) => tools.tools.has(id));
  const isAugmentable = sample.meta.augmented === undefined || tools.augmenter !== undefined;
  if (isUsable && isAugmentable) return checkSample(sample, trace!, tools);
  const found = isUsable
    ? 'augmented, but workspace.yaml augments none: the samples are stale'
    : `no usable trace ${sample.meta.trace}: the samples are stale`;
  return [{ name: isUsable ? 'its augmentation is still set' : 'its trace is still there', ok: false, found }];
}

async function findSample(context: Context, task: Task, id: string | undefined): Promise<Sample> {
  const ofTrace: Sample[] = [];
  let example: Sample | undefined;
  for await (const sample of allSamples(context)) {
    if (id === undefined ? sample.task === task : sample.id === id) return sample;
    if (sample.task !== task) continue;
    example ??= sample;
    if (sample.meta.trace === id) ofTrace.push(sample);
  }
  if (ofTrace.length === 1) return ofTrace[0]!;
  if (ofTrace.length > 1) example = ofTrace[0];
  throw new ToolkitError({
    kind: 'input',
    what: ofTrace.length > 1 ? `several ${task} samples of this trace` : 'no such sample',
    where: join(context.workspace, 'samples'),
    expected: example && `an id, for example ${example.id}`,
    found: ofTrace.length > 1 ? ofTrace.map((sample) => sample.id).join(', ') : (id ?? `no ${task} sample`),
    todo: 'take an id from samples/*/*.jsonl, or run `pnpm pipeline build-data` first',
  });
}

async function* allSamples(context: Context): AsyncGenerator<Sample> {
  for (const split of ['train', 'validation', 'test']) {
    const folder = join(context.workspace, 'samples', split);
    const entries = existsSync(folder) ? await readdir(folder, { recursive: true }) : [];
    for (const entry of entries.filter((name) => name.endsWith('.jsonl')).sort()) {
      yield* readJsonl(join(folder, entry), SampleSchema);
    }
  }
}

async function findTrace({ heldOut, own }: TraceFiles, id: string): Promise<Trace | undefined> {
  const files = { heldOut, own: own.filter((file) => existsSync(file)) };
  for await (const { trace } of readTraces(files)) if (trace.id === id) return trace;
  return undefined;
}
