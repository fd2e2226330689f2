import { basename } from 'node:path';
import { z } from 'zod';
import { ToolkitError } from '../../core/errors.ts';
import type { AdapterFile } from '../engine.ts';
import type { ServerLink } from './server-link.ts';

const LoadedSchema = z.array(
  z.looseObject({
    id: z.number().int(),
    path: z.string(),
    alora_invocation_tokens: z.array(z.number().int()).optional(),
  }),
);
type Loaded = z.infer<typeof LoadedSchema>[number];

/** An adapter that the server has loaded. */
export interface ServedAdapter extends AdapterFile {
  /** What the server calls it. */
  id: number;
  /** Of an activated adapter (`activation.ts`). */
  invocation?: readonly number[];
}

export interface ServedAdapters {
  adapters: ServedAdapter[];
  /** Of all that the server has loaded, wanted or not: it applies those that a request does not name as it was told at its start. */
  ids: number[];
}

/**
 * Finds adapters among those that the server has loaded, by path, or by file name where the server lies elsewhere.
 * @throws ToolkitError (input) which names those that it lacks
 */
export async function servedAdapters(link: ServerLink, wanted: readonly AdapterFile[]): Promise<ServedAdapters> {
  const loaded = await link.ask('/lora-adapters', LoadedSchema);
  const found = wanted.map((file) => ({ file, one: find(loaded, file.path) }));
  const lacking = found.filter(({ one }) => one === undefined).map(({ file }) => file);
  if (lacking.length > 0) throw lackingAdapters(lacking, loaded);
  const adapters = found.map(({ file, one }) => {
    const { id, alora_invocation_tokens: invocation = [] } = one!;
    return { ...file, id, ...(invocation.length === 0 ? {} : { invocation }) };
  });
  return { adapters, ids: loaded.map(({ id }) => id) };
}

function find(loaded: readonly Loaded[], path: string): Loaded | undefined {
  const same = loaded.find((one) => one.path === path);
  if (same !== undefined) return same;
  const namesakes = loaded.filter((one) => basename(one.path) === basename(path));
  return namesakes.length === 1 ? namesakes[0] : undefined;
}

function lackingAdapters(lacking: readonly AdapterFile[], loaded: readonly Loaded[]): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: 'llama-server has not loaded all adapters',
    expected: lacking.map(({ path }) => path).join(', '),
    found: loaded.map(({ path }) => path).join(', ') || 'no adapter',
    todo: 'start it with `--lora-scaled FILE:0,FILE:0,…`, as `bundle/launch/llama-server.sh` does, of files whose names differ',
  });
}
