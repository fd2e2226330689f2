import { sharedArgumentsAdapter } from '../../core/arguments-adapter.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import type { Tool } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import {
  adapterFile,
  adapterOf,
  type BundlePlace,
  decoupledAdapters,
  lackingAdapter,
} from '../../runtime/bundle-adapters.ts';
import type { Engine } from '../../runtime/engine.ts';
import { predictNative } from '../../runtime/native.ts';
import { predictNativeConstrained } from '../../runtime/native-constrained.ts';
import type { Prediction, PredictOptions } from '../../runtime/prediction.ts';
import { type Hierarchy, predictTwoStep, type TwoStepAdapters } from '../../runtime/two-step.ts';
import type { SystemName } from './system-names.ts';

export type Predict = (
  messages: readonly Message[],
  tools: readonly Tool[],
  options: PredictOptions,
) => Promise<Prediction>;

/** What systems are made of. */
export interface SystemParts extends BundlePlace {
  engine: Engine;
  renderer: Renderer;
  /** The same, but all tools in the arguments prompt. */
  allTools: Renderer;
  /** Of the decoupled systems. */
  hierarchy?: Hierarchy;
}

/**
 * Makes a system. Each sees the same messages and tools, under the same limits; a hierarchy belongs to the decoupled ones.
 * - `base`: the base model, a native call, all tools in the prompt
 * - `monolithic`: the same with one adapter that was trained on whole calls
 * - `monolithic-constrained`: that adapter, its calls decoded as the decoupled ones are
 * - `decoupled`: the selector adapter chooses the tool, the argument adapter that the bundle has for it writes the arguments
 * - `decoupled-shared`: the same with the argument adapter of all tools
 *
 * @throws ToolkitError (input) where the bundle lacks an adapter
 */
export function makeSystem(name: SystemName, parts: SystemParts): Predict {
  const { bundle, engine, renderer, allTools, hierarchy } = parts;
  if (name === 'base') return (...step) => predictNative(engine, renderer, undefined, ...step);
  if (name === 'monolithic' || name === 'monolithic-constrained') {
    const adapter = adapterOf(parts, 'monolithic');
    if (name === 'monolithic') return (...step) => predictNative(engine, renderer, adapter, ...step);
    return (...step) => predictNativeConstrained(engine, allTools, adapter, ...step);
  }
  const decoupled =
    (adapters: TwoStepAdapters): Predict =>
    (messages, tools, options) =>
      predictTwoStep(engine, renderer, adapters, messages, tools, { ...options, hierarchy });
  const own = decoupledAdapters(parts);
  if (name === 'decoupled') return decoupled(own);
  const shared = sharedArgumentsAdapter(bundle);
  if (shared === undefined) throw lackingAdapter(parts, 'shared arguments', 'arguments with `shared:` in the recipe');
  return decoupled({ ...own, argumentsOf: () => adapterFile(parts, shared) });
}
