import { z } from 'zod';
import type { GgufType } from '../../core/bundle.ts';
import { ToolkitError } from '../../core/errors.ts';
import { knownPretokenizer } from './gguf-pretokenizer.ts';
import { type PythonRun, runPythonScript } from './gguf-process.ts';
import type { LlamaCppSource } from './llama-cpp-source.ts';

const EventSchema = z.object({ type: z.literal('converted'), path: z.string() });

export interface BaseConversion extends PythonRun {
  source: LlamaCppSource;
  /** Folder of the base in Hugging Face layout. */
  base: string;
  /** One file for each type; a file stands under its name only when it is whole. */
  outputs: readonly { type: GgufType; path: string }[];
}

/**
 * Converts a base model to GGUF with llama.cpp's own converter, all types in one process.
 * @throws ToolkitError (input) where the converter does not know the model or its tokenizer
 */
export async function convertBase({ source, base, outputs, ...run }: BaseConversion): Promise<void> {
  if (outputs.length === 0) return;
  const request = { source: source.folder, base, fallback_pre: await knownPretokenizer(base), outputs };
  try {
    for await (const _ of runPythonScript('gguf_base.py', request, EventSchema, run));
  } catch (error) {
    throw explain(error, base, source.release);
  }
}

function explain(error: unknown, base: string, release: string): unknown {
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
