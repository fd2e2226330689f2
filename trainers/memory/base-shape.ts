import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../../core/json-file.ts';

/** What of a base decides how much memory its training takes. Widths in numbers. */
export interface BaseShape {
  layers: number;
  hidden: number;
  /** Of the feed-forward part. */
  inner: number;
  /** Heads × head size, of queries; and of keys, which values have too. */
  queries: number;
  keys: number;
  vocabulary: number;
  /** Whether the output layer has weights of its own. */
  ownOutput: boolean;
  /** Whether queries and keys are normalized. */
  normalized: boolean;
}

/** Decoders of the same build: attention with grouped keys, a gated feed-forward part, RMS norms. */
const KNOWN = ['llama', 'mistral', 'qwen2', 'qwen3'];

const count = z.int().positive();
const ConfigSchema = z.object({
  model_type: z.string(),
  num_hidden_layers: count,
  hidden_size: count,
  intermediate_size: count,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  vocab_size: count,
  tie_word_embeddings: z.boolean().default(false),
});

/** The shape that the `config.json` of a base tells; `undefined` for a build that is not known. @throws ToolkitError (input) where it cannot be read */
export async function readBaseShape(folder: string): Promise<BaseShape | undefined> {
  return baseShape(await readJsonFile(join(folder, 'config.json'), z.unknown()));
}

/** The same of a config's content. */
export function baseShape(content: unknown): BaseShape | undefined {
  const { success, data: config } = ConfigSchema.safeParse(content);
  if (!success || !KNOWN.includes(config.model_type)) return undefined;
  const heads = config.num_attention_heads;
  const size = config.head_dim ?? config.hidden_size / heads;
  return {
    layers: config.num_hidden_layers,
    hidden: config.hidden_size,
    inner: config.intermediate_size,
    queries: heads * size,
    keys: (config.num_key_value_heads ?? heads) * size,
    vocabulary: config.vocab_size,
    ownOutput: !config.tie_word_embeddings,
    normalized: config.model_type === 'qwen3',
  };
}
