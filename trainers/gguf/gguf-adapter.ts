import { z } from 'zod';
import type { GgufType } from '../../core/bundle.ts';
import { ToolkitError } from '../../core/errors.ts';
import { baseShapes, checkAdapterFits } from './gguf-adapter-fit.ts';
import { type PythonRun, runPythonScript } from './gguf-process.ts';
import type { LlamaCppSource } from './llama-cpp-source.ts';

const EventSchema = z.object({ type: z.literal('converted'), name: z.string() });

/** A PEFT adapter and the GGUF file to make of it. */
export interface AdapterConversion {
  /** Becomes the name in the file's metadata. */
  name: string;
  folder: string;
  path: string;
  /** `hashBase` of the base that it was trained on, as the training noted it; absent for adapters from elsewhere. */
  baseHash?: string;
}

export interface AdapterQueue extends PythonRun {
  source: LlamaCppSource;
  base: string;
  /** `hashBase` of `base`. */
  baseHash: string;
  type: GgufType;
  /** A folder for what is written only to convert; a killed conversion leaves it. */
  staging: string;
  adapters: readonly AdapterConversion[];
}

/**
 * Converts PEFT adapters to GGUF, one after another in one process (loading the converter costs seconds), and yields
 * the name of each when its file is whole. All are checked against the base before the first is converted.
 * @throws ToolkitError (input) naming the adapter that was trained on another base or does not fit this one
 */
export async function* convertAdapters(queue: AdapterQueue): AsyncGenerator<string, void, undefined> {
  const { source, base, baseHash, type, staging, adapters, ...run } = queue;
  if (adapters.length === 0) return;
  const shapes = await baseShapes(base);
  for (const adapter of adapters) {
    checkBaseHash(adapter, baseHash);
    await checkAdapterFits(adapter.folder, shapes);
  }
  const request = { source: source.folder, base, type, staging, adapters };
  for await (const { name } of runPythonScript('gguf_adapter.py', request, EventSchema, run)) yield name;
}

function checkBaseHash(adapter: AdapterConversion, baseHash: string): void {
  if (adapter.baseHash === undefined || adapter.baseHash === baseHash) return;
  throw new ToolkitError({
    kind: 'input',
    what: `adapter ${adapter.name} was trained on another base`,
    where: adapter.folder,
    expected: `base ${baseHash}`,
    found: `base ${adapter.baseHash}`,
    todo: 'train it again on this base, or set `base` in workspace.yaml to the one it was trained on',
  });
}
