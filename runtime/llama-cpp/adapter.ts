import { existsSync } from 'node:fs';
import { readGgufFileInfo } from 'node-llama-cpp';
import { z } from 'zod';
import { ToolkitError } from '../../core/errors.ts';
import { hashFile } from '../../core/hash.ts';
import type { AdapterFile } from '../engine.ts';

/** An adapter file and what it says of itself. */
export interface LlamaCppAdapter extends AdapterFile {
  /**
   * Of an activated adapter (aLoRA): it works from one token before the last place on where a prompt holds these, as in llama-server;
   * all before is the base's.
   */
  invocation?: readonly number[];
}

const MetadataSchema = z.looseObject({
  adapter: z.looseObject({ alora: z.looseObject({ invocation_tokens: z.array(z.number().int()).min(1) }).optional() }),
});

/** Reads the file's header: what is activated must never be taken for a plain adapter. @throws where it is missing or no adapter */
export async function readAdapter({ name, path, sha256 }: AdapterFile): Promise<LlamaCppAdapter> {
  if (!existsSync(path)) throw new Error('there is no such file');
  const { metadata } = await readGgufFileInfo(path, {
    readTensorInfo: false,
    sourceType: 'filesystem',
    logWarnings: false,
  });
  return { name, path, sha256, invocation: MetadataSchema.parse(metadata).adapter.alora?.invocation_tokens };
}

/** A bundle that is made again while it is served would give adapters of two bundles. @throws ToolkitError (input) where the file is another by now */
export async function refuseChanged({ name, path, sha256 }: AdapterFile): Promise<void> {
  if (sha256 === undefined) return;
  const found = await hashFile(path).catch(() => 'nothing that can be read');
  if (found === sha256) return;
  throw new ToolkitError({
    kind: 'input',
    what: `the adapter ${name} has changed since its bundle was opened`,
    where: path,
    expected: sha256,
    found,
    todo: 'start the command again: it opens the bundle as it is now',
  });
}
