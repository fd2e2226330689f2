import { z } from 'zod';
import { unionMessage } from '../../../core/union-message.ts';
import { endpointShape, hasPrice, PRICE_MISSING } from '../../synthesize/chat/endpoint-settings.ts';

const EndpointModelSchema = z.strictObject(endpointShape).refine(hasPrice, PRICE_MISSING);

/** Another model in llama.cpp, in this process. */
const GgufModelSchema = z.strictObject({
  /** The file, relative to the workspace. */
  gguf: z.string().min(1),
  /** The folder of the same model in Hugging Face layout, or `hub:…`: its chat template and tokenizer; no weights are needed. */
  base: z.string().min(1),
});
export type GgufModelSettings = z.infer<typeof GgufModelSchema>;

/** `evaluate.models`: a model that takes part besides the base and its adapters. */
export const ModelSchema = z.union([EndpointModelSchema, GgufModelSchema], { error: unionMessage });
export type ModelSettings = z.infer<typeof ModelSchema>;
