import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { type Bundle, BundleSchema } from '../../core/bundle.ts';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { createRenderer } from '../../core/prompt/create-renderer.ts';
import { loadPromptSource } from '../../core/prompt/load-renderer.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import type { Tokenizer } from '../../core/tokenizer.ts';
import type { Engine } from '../../runtime/engine.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { basePath, type Settings } from '../settings.ts';
import { bundlePath } from '../workspace-files.ts';
import type { SystemName } from './system-names.ts';
import { makeSystem, type Predict, type SystemParts } from './systems.ts';

/** Makes prompts and tells their length. */
export interface Prompts extends Pick<SystemParts, 'renderer' | 'allTools'> {
  tokenizer: Tokenizer;
}

/** Systems that are ready to predict. */
export interface OpenSystems {
  systems: { name: SystemName; predict: Predict }[];
  engine: Engine;
  renderer: Renderer;
}

/**
 * Opens the bundle of a workspace in llama.cpp and makes the systems on it; `engine.close()` ends them.
 * @param contextSize most tokens of prompt and answer together, from what says how many tokens prompts have
 * @throws ToolkitError (input) where the base renders other prompts than those of the training, or an adapter is missing
 */
export async function openSystems(
  context: Context,
  settings: Settings,
  { names, contextSize }: { names: readonly SystemName[]; contextSize: (prompts: Prompts) => number },
): Promise<OpenSystems> {
  const bundle = await readJsonFile(bundlePath(context), BundleSchema);
  const folder = dirname(bundlePath(context));
  const prompts = await openPrompts(basePath(context, settings), bundle);
  const { renderer, allTools } = prompts;
  // One processor stays free: the engine's threads wait for one another by spinning, and any other process would stall them.
  const threads = Math.max(1, availableParallelism() - 1);
  const engine = await openLlamaCpp({
    model: join(folder, bundle.base.file),
    contextSize: contextSize(prompts),
    threads,
  });
  try {
    const systems = names.map((name) => ({
      name,
      predict: makeSystem(name, { bundle, folder, engine, renderer, allTools }),
    }));
    return { systems, engine, renderer };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** Prompts that differ from those of training would make every adapter look bad. */
async function openPrompts(base: string, bundle: Bundle): Promise<Prompts> {
  const source = await loadPromptSource(base);
  const { settings } = bundle.prompt;
  const renderer = createRenderer({ ...source, settings });
  const allTools = createRenderer({ ...source, settings: { ...settings, argumentTools: 'all' } });
  if (renderer.hash === bundle.prompt.renderer) return { renderer, allTools, tokenizer: source.tokenizer };
  throw new ToolkitError({
    kind: 'input',
    what: 'the base renders other prompts than the adapters were trained on',
    where: base,
    expected: bundle.prompt.renderer,
    found: renderer.hash,
    todo: 'run build-data, train and convert again: the chat template has changed since',
  });
}
