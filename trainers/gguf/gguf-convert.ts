import { z } from 'zod';
import type { GgufType } from '../../core/bundle.ts';
import { ToolkitError } from '../../core/errors.ts';
import { baseShapes, checkAdapterFits } from './gguf-adapter-fit.ts';
import { knownPretokenizer } from './gguf-pretokenizer.ts';
import { type PythonRun, runPythonScript } from './gguf-process.ts';
import type { LlamaCppSource } from './llama-cpp-source.ts';

const EventSchema = z.object({
  type: z.literal('converted'),
  path: z.string().optional(),
  name: z.string().optional(),
});

interface Conversion extends PythonRun {
  source: LlamaCppSource;
  /** Folder of the base in Hugging Face layout. */
  base: string;
}

export interface BaseConversion extends Conversion {
  /** Files of the base, one for each type. A file stands under its name only when it is whole. */
  outputs: readonly { type: GgufType; path: string }[];
}

/** A PEFT adapter and the GGUF file to make of it. */
export interface AdapterConversion {
  /** Becomes the name in the file's metadata. */
  name: string;
  folder: string;
  path: string;
  /** `hashBase` of the base that it was trained on, as the training noted it; absent for adapters from elsewhere. */
  baseHash?: string;
}

export interface AdapterQueue {
  /** `hashBase` of the base. */
  baseHash: string;
  type: GgufType;
  /** A folder for what is written only to convert; a killed conversion leaves it. */
  staging: string;
  adapters: readonly AdapterConversion[];
}

/** Converts a base model alone. @throws ToolkitError (input) as `convertGguf` */
export async function convertBase(conversion: BaseConversion): Promise<void> {
  for await (const _ of convertGguf(conversion));
}

/** Converts adapters alone. @returns the name of each when its file is whole @throws ToolkitError (input) as `convertGguf` */
export function convertAdapters(conversion: Conversion & AdapterQueue): AsyncGenerator<string, void, undefined> {
  return convertGguf({ ...conversion, outputs: [] }, conversion);
}

/**
 * Converts a base model and adapters to GGUF with llama.cpp's own converters, one after another in one process (loading them costs seconds): first the base,
 * then the adapters. All adapters are checked against the base before the first file is made.
 * @returns the name of each adapter when its file is whole
 * @throws ToolkitError (input) where the converter does not know the model or its tokenizer, and naming an adapter that was trained on another base or
 * does not fit this one
 */
export async function* convertGguf(
  { source, base, outputs, python, env, signal }: BaseConversion,
  queue?: AdapterQueue,
): AsyncGenerator<string, void, undefined> {
  const { adapters = [], type, staging } = queue ?? {};
  if (outputs.length + adapters.length === 0) return;
  if (queue !== undefined) await checkAdapters(queue, base);
  const fallback_pre = outputs.length > 0 ? await knownPretokenizer(base) : null;
  const request = { source: source.folder, base, fallback_pre, outputs, adapter_type: type, staging, adapters };
  const left = new Set(outputs.map(({ path }) => path));
  try {
    for await (const { path, name } of runPythonScript('gguf_convert.py', request, EventSchema, {
      python,
      env,
      signal,
    }))
      if (name !== undefined) yield name;
      else left.delete(path!);
  } catch (error) {
    throw left.size > 0 ? explainBase(error, base, source.release) : error;
  }
}

async function checkAdapters({ adapters, baseHash }: AdapterQueue, base: string): Promise<void> {
  if (adapters.length === 0) return;
  const shapes = await baseShapes(base);
  for (const adapter of adapters) {
    checkBaseHash(adapter, baseHash);
    await checkAdapterFits(adapter.folder, shapes);
  }
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

function explainBase(error: unknown, base: string, release: string): unknown {
  if (!(error instanceof ToolkitError) || error.kind !== 'failed') return error;
  const tokenizer = error.message.includes('pre-tokenizer was not recognized');
  return new ToolkitError({
    kind: 'input',
    what: tokenizer ? "llama.cpp does not know the base's tokenizer" : 'llama.cpp cannot convert the base',
    where: base,
    expected: tokenizer
      ? `a tokenizer that llama.cpp ${release} knows, or one with Qwen2's pre-tokenizer (byte-level BPE)`
      : `a model that llama.cpp ${release} knows`,
    found: error.details.found ?? error.details.what,
    todo: 'choose another base, or update node-llama-cpp to a release that knows this one',
    cause: error,
  });
}
