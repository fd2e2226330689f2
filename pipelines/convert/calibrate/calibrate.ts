import { join } from 'node:path';
import type { Calibration } from '../../../core/calibration.ts';
import type { Context } from '../../../core/context.ts';
import type { StageEvent } from '../../../core/event.ts';
import { hashJson } from '../../../core/hash.ts';
import type { Renderer } from '../../../core/prompt/renderer.ts';
import type { Settings } from '../../settings.ts';
import { adapterFile } from '../bundle-files.ts';
import type { ConvertInputs } from '../inputs.ts';
import type { TrainedAdapter } from '../trained-adapters.ts';
import { CALIBRATION_VERSION, fitTemperature } from './fit-temperature.ts';
import { judgeSelections } from './judge-selections.ts';
import { type SelectorStep, selectorSteps } from './selector-steps.ts';

/** Of fewer steps a temperature would say more of them than of the selector. */
const LEAST = 30;

export interface CalibrateOptions {
  /** Folder of the bundle in the making, whose files are all there. */
  place: string;
  renderer: Renderer;
  /** Of an older bundle: taken over where it was fitted on the same. */
  older?: Calibration;
}

/** Fits how sure the selector may be. `undefined` where there is no selector, or too few steps; that is said. */
export async function* calibrate(
  context: Context,
  settings: Settings,
  inputs: ConvertInputs,
  { place, renderer, older }: CalibrateOptions,
): AsyncGenerator<StageEvent, Calibration | undefined, undefined> {
  const selector = inputs.adapters.find(({ task }) => task === 'selector');
  if (selector === undefined) return undefined;
  const { catalogue, seed } = inputs;
  const steps = await selectorSteps(context, settings, { tools: catalogue.tools, renderer, seed });
  if (steps.length < LEAST) {
    const message = `the selector's probabilities stay uncalibrated: the validation split has ${steps.length} steps to calibrate them on, ${LEAST} are needed`;
    yield { type: 'warning', stage: 'convert', message };
    return undefined;
  }
  const source = sourceOf(inputs, selector, steps);
  if (older?.source === source) return older;
  const { name } = selector;
  const options = { place, renderer, signal: context.signal, selector: { name, path: join(place, adapterFile(name)) } };
  const calibration = { ...fitTemperature(yield* judgeSelections(inputs, steps, options)), source };
  yield { type: 'data', stage: 'convert', data: { calibration } };
  return calibration;
}

/** Hash of all that decides it. */
function sourceOf(inputs: ConvertInputs, { hash }: TrainedAdapter, steps: readonly SelectorStep[]): string {
  const { baseHash, type, release, prompt } = inputs;
  const ids = steps.map(({ id }) => id);
  return hashJson([CALIBRATION_VERSION, hash, baseHash, type, release, prompt.renderer, ids]);
}
