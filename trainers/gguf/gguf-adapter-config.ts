import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../../core/json-file.ts';

const nothing = z.union([z.null(), z.literal(false), z.array(z.never()), z.record(z.string(), z.never())]).optional();

/**
 * The part of PEFT's adapter_config.json that decides what an adapter computes. Variants that a GGUF adapter cannot
 * express are refused: llama.cpp adds B·A, scaled by one alpha, and nothing else.
 */
const AdapterConfigSchema = z.object({
  peft_type: z.literal('LORA', 'only plain LoRA can be converted'),
  r: z.number().int().positive(),
  lora_alpha: z.number().positive(),
  use_rslora: z.boolean().default(false),
  bias: z.literal('none', 'trained biases cannot be converted').default('none'),
  fan_in_fan_out: z.literal(false, 'transposed weights cannot be converted').default(false),
  use_dora: nothing.describe('DoRA'),
  lora_bias: nothing,
  rank_pattern: nothing,
  alpha_pattern: nothing,
  modules_to_save: nothing,
  trainable_token_indices: nothing,
  /** aLoRA: token ids; the adapter works from the first of them on. */
  alora_invocation_tokens: z.array(z.number().int().nonnegative()).min(2).nullish(),
});
export type AdapterConfig = z.infer<typeof AdapterConfigSchema>;

/** @throws ToolkitError (input) naming each setting that a GGUF adapter cannot express */
export async function readAdapterConfig(folder: string): Promise<AdapterConfig> {
  return readJsonFile(join(folder, 'adapter_config.json'), AdapterConfigSchema);
}
