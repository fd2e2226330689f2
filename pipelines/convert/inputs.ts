import { join } from 'node:path';
import { hashBase } from '../../core/base.ts';
import type { GgufType } from '../../core/bundle.ts';
import type { Context } from '../../core/context.ts';
import { hashJson } from '../../core/hash.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { readManifest, type StagePlan } from '../../core/manifest.ts';
import { type PromptFile, PromptFileSchema } from '../../core/prompt/prompt-file.ts';
import { type Catalogue, CatalogueSchema } from '../../core/tool.ts';
import { llamaCppRelease } from '../../trainers/gguf/llama-cpp-source.ts';
import { splitFiles } from '../adapter-targets.ts';
import { samplePath } from '../build-data/sample-path.ts';
import { basePath, type Settings } from '../settings.ts';
import { cataloguePath, refuseChanged, stageHash } from '../workspace-files.ts';
import { CALIBRATION_VERSION } from './calibrate/fit-temperature.ts';
import { candidatesOf } from './choose/candidates-of.ts';
import { type TrainedAdapter, trainedAdapters } from './trained-adapters.ts';

/** Raised where the same trials give another choice. */
const CHOICE_VERSION = 1;

/** All that the stage reads but the weights and samples themselves. */
export interface ConvertInputs {
  base: string;
  baseHash: string;
  type: GgufType;
  seed: number;
  catalogue: Catalogue;
  prompt: PromptFile;
  adapters: TrainedAdapter[];
  /** Hashes of the validation samples by which adapters are chosen; none where there is nothing to choose from, or nothing to choose by. */
  choiceSamples: Record<string, string>;
  /** Hash of the validation samples by which the selector's probabilities are calibrated; none where there is no selector. */
  selectorSamples: Record<string, string>;
  /** Longest sample in tokens. */
  contextLength: number;
  /** Release of llama.cpp. */
  release: string;
}

export async function readInputs(context: Context, settings: Settings): Promise<ConvertInputs> {
  const { workspace } = context;
  const base = basePath(context, settings);
  await stageHash(context, 'catalogue', 'discover');
  await stageHash(context, 'samples', 'build-data');
  const catalogue = await readJsonFile(cataloguePath(context), CatalogueSchema);
  const adapters = await trainedAdapters(workspace, catalogue);
  await refuseChangedAdapters(adapters);
  return {
    base,
    baseHash: await hashBase(base),
    type: settings.convert.type,
    seed: settings.seed,
    catalogue,
    prompt: await readJsonFile(join(workspace, 'samples', 'prompt.json'), PromptFileSchema),
    adapters,
    choiceSamples: await choiceSamples(workspace, catalogue, adapters),
    selectorSamples: await selectorSamples(workspace, adapters),
    contextLength: settings.contextLength,
    release: await llamaCppRelease(),
  };
}

async function choiceSamples(workspace: string, { tools }: Catalogue, adapters: readonly TrainedAdapter[]) {
  const files = (await readManifest(join(workspace, 'samples')))?.files ?? {};
  const paths = candidatesOf(tools, adapters).map(({ tool }) => samplePath('arguments', tool.slug));
  return splitFiles('validation', paths, files);
}

async function selectorSamples(workspace: string, adapters: readonly TrainedAdapter[]) {
  const files = (await readManifest(join(workspace, 'samples')))?.files ?? {};
  const hasSelector = adapters.some(({ task }) => task === 'selector');
  return splitFiles('validation', hasSelector ? [samplePath('selector')] : [], files);
}

async function refuseChangedAdapters(adapters: readonly TrainedAdapter[]): Promise<void> {
  for (const { folder, task, tool } of adapters) {
    const manifest = await readManifest(folder);
    if (manifest === undefined) continue;
    const only = tool === undefined ? '' : ` --tool ${tool}`;
    await refuseChanged(folder, manifest, `pnpm train --recipe ${task}${only}`);
  }
}

export function planOf(context: Context, inputs: ConvertInputs): StagePlan {
  const { baseHash, catalogue, prompt, adapters, type, release, seed, choiceSamples: samples } = inputs;
  const isChoice = Object.keys(samples).length > 0;
  const isCalibrated = Object.keys(inputs.selectorSamples).length > 0;
  return {
    stage: 'convert',
    folder: join(context.workspace, 'bundle'),
    inputs: {
      base: baseHash,
      catalogue: catalogue.hash,
      prompt: prompt.renderer,
      tokenizer: prompt.tokenizer,
      ...Object.fromEntries(adapters.map(({ name, hash }) => [`adapter ${name}`, hash])),
      ...(isChoice && { 'validation samples': hashJson(samples) }),
      ...(isCalibrated && { 'selector samples': hashJson(inputs.selectorSamples) }),
    },
    settings: {
      type,
      llamaCpp: release,
      ...(isChoice && { choice: CHOICE_VERSION }),
      ...(isCalibrated && { calibration: CALIBRATION_VERSION }),
    },
    seed,
  };
}
