import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolkitError } from '../../core/errors.ts';
import { hashFile } from '../../core/hash.ts';
import { hashFolder } from '../../core/manifest.ts';
import type { Change } from './changes.ts';
import type { TimedJob } from './timed-job.ts';

/** Hashes of adapters by name: of all files of each as it was trained, and of its file in the bundle. */
export type AdapterHashes = Map<string, { files: Record<string, string>; gguf: string | undefined }>;

const WEIGHTS = 'adapter_model.safetensors';

export async function adapterHashes(workspace: string): Promise<AdapterHashes> {
  const names = await readdir(join(workspace, 'adapters'));
  const entries = names.map(async (name) => {
    const gguf = join(workspace, 'bundle', 'adapters', `${name}.gguf`);
    const files = await hashFolder(join(workspace, 'adapters', name));
    return [name, { files, gguf: await hashFile(gguf).catch(() => undefined) }] as const;
  });
  return new Map(await Promise.all(entries));
}

/**
 * Holds what a change made again to what it is to make again: exactly that is trained, all else has the bytes that it had.
 * @throws ToolkitError (failed) with all that is otherwise
 */
export function refuseUnequal(
  { name, trained, adopted }: Change,
  job: TimedJob,
  { before, now }: { before: AdapterHashes; now: AdapterHashes },
): void {
  const same = (one: unknown, two: unknown) => JSON.stringify(one) === JSON.stringify(two);
  const gone = adopted?.before; // out of the bundle
  const changed = [...before].filter(
    ([adapter, hashes]) => !trained.includes(adapter) && adapter !== gone && !same(hashes, now.get(adapter)),
  );
  const troubles = [
    ...(same(job.trained, trained) ? [] : [`trained ${job.trained.join(', ')}, not ${trained.join(', ')}`]),
    ...(same(job.adopted, adopted ? [adopted.now] : []) ? [] : [`taken over: ${job.adopted.join(', ') || 'none'}`]),
    ...changed.map(([adapter]) => `${adapter} has other bytes`),
  ];
  // Its file in the bundle has the new name inside, and was proved to be these weights.
  const weights = (of: AdapterHashes, adapter: string) => of.get(adapter)?.files[WEIGHTS];
  if (adopted && weights(before, adopted.before) !== weights(now, adopted.now))
    troubles.push(`${adopted.now} has other weights`);
  if (troubles.length === 0) return;
  throw new ToolkitError({ kind: 'failed', what: `not what ${name} is to make again`, found: troubles.join('; ') });
}
