import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import { readJsonFile } from '../../core/json-file.ts';
import { PromptFileSchema } from '../../core/prompt/prompt-file.ts';

/**
 * Samples are written in the chat format of one base, and cut where its tokenizer splits: another one would learn what it is never asked.
 * @param tokenizer hash of the base's
 * @throws ToolkitError (input) where the samples are of another one
 */
export async function refuseOtherPrompts({ workspace }: Context, base: string, tokenizer: string): Promise<void> {
  const path = join(workspace, 'samples', 'prompt.json');
  if (!existsSync(path)) return;
  const prompt = await readJsonFile(path, PromptFileSchema);
  if (prompt.tokenizer === tokenizer) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'the samples were built for another base: its tokenizer is not theirs',
    where: base,
    expected: `tokenizer.json with ${prompt.tokenizer}`,
    found: tokenizer,
    todo: 'set `base` in workspace.yaml to the one that is trained, and run `pnpm pipeline build-data`',
  });
}
