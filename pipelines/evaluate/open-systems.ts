import { dirname } from 'node:path';
import { BundleSchema } from '../../core/bundle.ts';
import type { Context } from '../../core/context.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { createRenderer } from '../../core/prompt/create-renderer.ts';
import { trainedPrompts } from '../../core/prompt/trained-prompts.ts';
import type { Tokenizer } from '../../core/tokenizer.ts';
import type { Engine } from '../../runtime/engine.ts';
import { openEngine } from '../open-engine.ts';
import { basePath, type Settings } from '../settings.ts';
import { bundlePath } from '../workspace-files.ts';
import type { SystemName } from './system-names.ts';
import { makeSystem, type Predict, type SystemParts } from './systems.ts';

/** A bundle and what makes its prompts and tells their length. */
export interface Prompts extends Pick<SystemParts, 'bundle' | 'renderer' | 'allTools'> {
  tokenizer: Tokenizer;
}

/** Which systems to open. */
export interface SystemsChoice extends Pick<SystemParts, 'hierarchy'> {
  names: readonly SystemName[];
  prompts: Prompts;
  /** Most tokens of prompt and answer together. */
  contextSize: number;
}

/** Systems that are ready to predict. */
export interface OpenSystems {
  systems: { name: SystemName; predict: Predict }[];
  engine: Engine;
}

/**
 * Opens the bundle of a workspace on the engine that it asks for and makes the systems on it; `engine.close()` ends them.
 * @throws ToolkitError (input) where an adapter is missing
 */
export async function openSystems(
  context: Context,
  settings: Settings,
  { names, prompts, contextSize, hierarchy }: SystemsChoice,
): Promise<OpenSystems> {
  const folder = dirname(bundlePath(context));
  const { bundle, tokenizer } = prompts;
  const engine = await openEngine(context, settings, { bundle, folder, tokenizer, contextSize });
  try {
    const parts = { ...prompts, folder, engine, hierarchy };
    const systems = names.map((name) => ({ name, predict: makeSystem(name, parts) }));
    return { systems, engine };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** The prompts of the bundle's systems. @throws ToolkitError (input) where the base renders others than those of the training */
export async function openPrompts(context: Context, settings: Settings): Promise<Prompts> {
  const base = basePath(context, settings);
  const bundle = await readJsonFile(bundlePath(context), BundleSchema);
  const { source, renderer } = await trainedPrompts(base, bundle.prompt);
  const allTools = createRenderer({ ...source, settings: { ...bundle.prompt.settings, argumentTools: 'all' } });
  return { bundle, renderer, allTools, tokenizer: source.tokenizer };
}
