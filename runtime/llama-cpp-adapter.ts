import { existsSync } from 'node:fs';
import { readGgufFileInfo } from 'node-llama-cpp';
import { z } from 'zod';
import type { AdapterFile } from './engine.ts';

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
export async function readAdapter({ name, path }: AdapterFile): Promise<LlamaCppAdapter> {
  if (!existsSync(path)) throw new Error('there is no such file');
  const { metadata } = await readGgufFileInfo(path, {
    readTensorInfo: false,
    sourceType: 'filesystem',
    logWarnings: false,
  });
  return { name, path, invocation: MetadataSchema.parse(metadata).adapter.alora?.invocation_tokens };
}
