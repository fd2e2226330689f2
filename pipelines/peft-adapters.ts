import { join, posix } from 'node:path';
import { type Bundle, servedName } from '../core/bundle.ts';
import type { Context } from '../core/context.ts';
import { ToolkitError } from '../core/errors.ts';
import { readManifest } from '../core/manifest.ts';
import type { PeftAdapter } from '../runtime/openai-engine.ts';

/**
 * The bundle's adapters in PEFT's form, which is that of the workspace's folder `adapters`.
 * @param seenAs under which path a server sees that folder; absent: under the same as here
 * @throws ToolkitError (input) where one was trained again since the bundle was made
 */
export async function peftAdapters(
  { workspace }: Pick<Context, 'workspace'>,
  { adapters }: Bundle,
  seenAs?: string,
): Promise<PeftAdapter[]> {
  return Promise.all(
    adapters.map(async ({ name, source, invocation }) => {
      const here = join(workspace, 'adapters', name);
      const manifest = await readManifest(here);
      if (manifest !== undefined && manifest.hash !== source) throw trainedAgain(name, here);
      const folder = seenAs === undefined ? here : posix.join(seenAs, name);
      return { name, id: servedName({ name, source }), folder, activated: invocation !== undefined };
    }),
  );
}

function trainedAgain(name: string, where: string): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: `the adapter ${name} is not the one that the bundle was made of`,
    where,
    todo: 'run `pnpm pipeline convert`',
  });
}
