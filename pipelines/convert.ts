import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from '../core/bundle.ts';
import type { Calibration } from '../core/calibration.ts';
import type { Choices } from '../core/choices.ts';
import type { Context } from '../core/context.ts';
import type { StageEvent, StageEvents } from '../core/event.ts';
import { parseHubModel } from '../core/hub/hub-model.ts';
import { writeJsonFile } from '../core/json-file.ts';
import type { StagePlan } from '../core/manifest.ts';
import { trainedPrompts } from '../core/prompt/trained-prompts.ts';
import { runStage } from '../core/stage.ts';
import { calibrate } from './convert/calibrate/calibrate.ts';
import { chooseAdapters } from './convert/choose/choose-adapters.ts';
import { TRIALS } from './convert/choose/trial.ts';
import { tryCandidates } from './convert/choose/try-candidates.ts';
import { type ConvertInputs, planOf, readInputs } from './convert/inputs.ts';
import { writeLaunchFiles } from './convert/launch/write-launch-files.ts';
import { makeAndProve } from './convert/make-and-prove.ts';
import { openProofRecords, type ProofRecords } from './convert/proof-records.ts';
import { readOlderBundle, reuseBundle } from './convert/reuse.ts';
import type { TrainedAdapter } from './convert/trained-adapters.ts';
import { MOST_TOKENS } from './generation-limit.ts';
import type { Settings } from './settings.ts';

export interface ConvertOptions {
  /** Converts and proves all again, also what an older bundle has. */
  force?: boolean;
}

/** What `convert` would make now. @throws ToolkitError where there is no adapter, catalogue or sample yet */
export async function planConvert(context: Context, settings: Settings): Promise<StagePlan> {
  return planOf(context, await readInputs(context, settings));
}

/**
 * Makes the bundle: the base and every trained adapter in GGUF form, each proved to say what it says in PEFT, and the choice of those that write
 * the tools' arguments. With it come a calibration of the selector's probabilities, and files that start other engines on it.
 * @throws ToolkitError (failed) naming the adapters whose figures are out of bounds; no bundle is made then
 */
export async function* convert(context: Context, settings: Settings, options: ConvertOptions = {}): StageEvents {
  const inputs = await readInputs(context, settings);
  const plan = planOf(context, inputs);
  const { force } = options;
  const toolVersions = { 'llama.cpp': inputs.release };
  yield* runStage(plan, { force, signal: context.signal, toolVersions }, async function* ({ folder }) {
    const { renderer } = await trainedPrompts(inputs.base, inputs.prompt);
    const records = openProofRecords(folder);
    const reused = force ? 0 : await reuseBundle(plan.folder, folder, inputs, records);
    const pending = await withoutRecord(inputs.adapters, records);
    const total = inputs.adapters.length;
    yield { type: 'start', stage: 'convert', total, resumed: total - pending.length };
    if (pending.length > 0 || (await records.base()) === undefined) {
      yield* makeAndProve(context, inputs, { place: folder, records, pending });
    }
    const choices = yield* choose(context, inputs, folder);
    const older = force ? undefined : (await readOlderBundle(plan.folder))?.calibration;
    const calibration = yield* calibrate(context, settings, inputs, { place: folder, renderer, older });
    const bundle = await bundleOf(inputs, records, { choices, calibration });
    await writeJsonFile(join(folder, 'bundle.json'), bundle);
    const contextSize = inputs.contextLength + MOST_TOKENS;
    await writeLaunchFiles(folder, { ...bundle, hub: parseHubModel(settings.base), stop: renderer.stop, contextSize });
    return {
      adapters: inputs.adapters.length,
      reused,
      ...(choices && { chosen: new Set(choices.tools.map(({ adapter }) => adapter)).size }),
    };
  });
}

async function withoutRecord(adapters: readonly TrainedAdapter[], records: ProofRecords): Promise<TrainedAdapter[]> {
  const found = await Promise.all(adapters.map(({ name }) => records.adapter(name)));
  return adapters.filter((_, index) => found[index] === undefined);
}

/** Which adapter writes which tool's arguments, where there are several. */
async function* choose(
  { workspace, signal }: Context,
  inputs: ConvertInputs,
  place: string,
): AsyncGenerator<StageEvent, Choices | undefined, undefined> {
  if (Object.keys(inputs.choiceSamples).length === 0) {
    await rm(join(place, TRIALS), { force: true }); // of an older bundle
    return undefined;
  }
  return chooseAdapters(yield* tryCandidates(inputs, { workspace, place, signal }));
}

async function bundleOf(
  inputs: ConvertInputs,
  records: ProofRecords,
  found: { choices?: Choices; calibration?: Calibration },
): Promise<Bundle> {
  const adapters = await Promise.all(inputs.adapters.map(({ name }) => records.adapter(name)));
  return {
    version: 1,
    base: (await records.base())!,
    prompt: inputs.prompt,
    catalogue: inputs.catalogue.hash,
    llamaCpp: inputs.release,
    adapters: adapters.map((adapter) => adapter!),
    ...found,
  };
}
