import { join } from 'node:path';
import { argumentsAdapter, sharedArgumentsAdapter } from '../../core/arguments-adapter.ts';
import type { Bundle, BundledAdapter } from '../../core/bundle.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import type { Tool } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import type { AdapterFile, Engine } from '../../runtime/engine.ts';
import { predictNative } from '../../runtime/native.ts';
import { predictNativeConstrained } from '../../runtime/native-constrained.ts';
import type { Prediction, PredictOptions } from '../../runtime/prediction.ts';
import { predictTwoStep } from '../../runtime/two-step.ts';
import type { SystemName } from './system-names.ts';

export type Predict = (
  messages: readonly Message[],
  tools: readonly Tool[],
  options: PredictOptions,
) => Promise<Prediction>;

/** What systems are made of. */
export interface SystemParts {
  bundle: Bundle;
  /** Of the bundle. */
  folder: string;
  engine: Engine;
  renderer: Renderer;
  /** The same, but all tools in the arguments prompt. */
  allTools: Renderer;
}

/**
 * Makes a system. Each sees the same messages and tools, under the same limits.
 * - `base`: the base model, a native call, all tools in the prompt
 * - `monolithic`: the same with one adapter that was trained on whole calls
 * - `monolithic-constrained`: that adapter, its calls decoded as the decoupled ones are
 * - `decoupled`: the selector adapter chooses the tool, the argument adapter that the bundle has for it writes the arguments
 * - `decoupled-shared`: the same with the argument adapter of all tools
 *
 * @throws ToolkitError (input) where the bundle lacks an adapter
 */
export function makeSystem(name: SystemName, { bundle, folder, engine, renderer, allTools }: SystemParts): Predict {
  const file = (adapter: BundledAdapter): AdapterFile => ({ name: adapter.name, path: join(folder, adapter.file) });
  if (name === 'base') return (...step) => predictNative(engine, renderer, undefined, ...step);
  if (name === 'monolithic' || name === 'monolithic-constrained') {
    const adapter = file(findAdapter(bundle, 'monolithic', folder));
    if (name === 'monolithic') return (...step) => predictNative(engine, renderer, adapter, ...step);
    return (...step) => predictNativeConstrained(engine, allTools, adapter, ...step);
  }
  const selector = file(findAdapter(bundle, 'selector', folder));
  const shared = sharedArgumentsAdapter(bundle);
  if (name === 'decoupled-shared' && shared === undefined)
    throw lacking(bundle, 'shared arguments', 'arguments with `shared:` in the recipe', folder);
  const argumentsOf = (tool: Tool) => {
    const adapter = name === 'decoupled' ? argumentsAdapter(bundle, tool) : shared;
    return adapter && file(adapter);
  };
  return (...step) => predictTwoStep(engine, renderer, { selector, argumentsOf }, ...step);
}

function findAdapter(bundle: Bundle, task: 'selector' | 'monolithic', folder: string): BundledAdapter {
  const adapter = bundle.adapters.find((one) => one.task === task);
  if (adapter) return adapter;
  throw lacking(bundle, task, task, folder);
}

function lacking(bundle: Bundle, what: string, recipe: string, folder: string): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: `the bundle has no ${what} adapter`,
    where: folder,
    found: bundle.adapters.map(({ name }) => name).join(', ') || 'no adapter',
    todo: `train it (pnpm train --recipe ${recipe}) and run convert, or leave the system out with --system`,
  });
}
