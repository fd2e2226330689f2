import { ToolkitError } from '../errors.ts';
import { createRenderer } from './create-renderer.ts';
import { loadPromptSource, type PromptSource } from './load-renderer.ts';
import type { PromptFile } from './prompt-file.ts';
import type { Renderer } from './renderer.ts';

/**
 * What renders the prompts that adapters were trained on. @throws ToolkitError (input) where the base renders others now, which would make every
 * adapter look bad
 */
export async function trainedPrompts(
  base: string,
  prompt: PromptFile,
): Promise<{ source: PromptSource; renderer: Renderer }> {
  const source = await loadPromptSource(base);
  const renderer = createRenderer({ ...source, settings: prompt.settings });
  if (renderer.hash === prompt.renderer) return { source, renderer };
  throw new ToolkitError({
    kind: 'input',
    what: 'the base renders other prompts than the adapters were trained on',
    where: base,
    expected: prompt.renderer,
    found: renderer.hash,
    todo: 'run build-data, train and convert again: the chat template has changed since',
  });
}
