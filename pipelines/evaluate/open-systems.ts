import { dirname } from 'node:path';
import { type Bundle, BundleSchema } from '../../core/bundle.ts';
import type { Context } from '../../core/context.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { createRenderer } from '../../core/prompt/create-renderer.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import { trainedPrompts } from '../../core/prompt/trained-prompts.ts';
import type { Tokenizer } from '../../core/tokenizer.ts';
import { openEngine } from '../open-engine.ts';
import { basePath, type Settings } from '../settings.ts';
import { bundlePath } from '../workspace-files.ts';
import { openModels } from './systems/open-models.ts';
import { type OpenSystem, openSystem, type ShapeParts } from './systems/open-system.ts';
import { resolveSystems } from './systems/resolve-systems.ts';
import { usesBase } from './systems/resolved-system.ts';
import type { System } from './systems/system-settings.ts';

/** A bundle and what makes its prompts and tells their length. */
export interface Prompts {
  bundle: Bundle;
  renderer: Renderer;
  /** The same, but all tools in the arguments prompt. */
  allTools: Renderer;
  tokenizer: Tokenizer;
}

/** Which systems to open. */
export interface SystemsChoice extends Omit<ShapeParts, 'seed'> {
  chosen: readonly System[];
  prompts: Prompts;
  /** Most tokens of prompt and answer together. */
  contextSize: number;
  /** Most tokens of one generation. */
  maxTokens: number;
}

/** Systems that are ready to predict. */
export interface OpenSystems {
  systems: OpenSystem[];
  /** Ends all that was opened. */
  close(): Promise<void>;
}

/**
 * Opens systems on the bundle of a workspace, the engine that it asks for, and the models that they name.
 * @throws ToolkitError (input) which tells all that is missing
 */
export async function openSystems(context: Context, settings: Settings, choice: SystemsChoice): Promise<OpenSystems> {
  const { chosen, prompts, contextSize, maxTokens, ...shape } = choice;
  const { bundle, renderer, allTools, tokenizer } = prompts;
  const folder = dirname(bundlePath(context));
  const resolved = await resolveSystems(context.workspace, settings, chosen, { bundle, folder });
  const open = new AsyncDisposableStack();
  try {
    const limits = { settings: bundle.prompt.settings, maxTokens, contextSize };
    const models = await openModels(context, settings, { chosen, limits }, open);
    const needed = { bundle, folder, tokenizer, contextSize, more: resolved.more };
    const engine = resolved.systems.some(usesBase) ? await openEngine(context, settings, needed) : undefined;
    if (engine !== undefined) open.defer(() => engine.close());
    const parts = { base: engine && { kind: 'local' as const, engine, renderer, allTools }, models };
    const systems = chosen.map((system, at) =>
      openSystem(system, resolved.systems[at]!, parts, { ...shape, seed: settings.seed }),
    );
    return { systems, close: () => open.disposeAsync() };
  } catch (error) {
    await open.disposeAsync();
    throw error;
  }
}

/** The prompts of the bundle's systems. @throws ToolkitError (input) where the base renders others than those of the training */
export async function openPrompts(context: Context, settings: Settings): Promise<Prompts> {
  const base = basePath(context, settings);
  const bundle = await readJsonFile(bundlePath(context), BundleSchema);
  const { source, renderer } = await trainedPrompts(base, bundle.prompt);
  const allTools = createRenderer({
    ...source,
    settings: { ...bundle.prompt.settings, argumentTools: 'all', selectorTools: 'whole' },
  });
  return { bundle, renderer, allTools, tokenizer: source.tokenizer };
}
