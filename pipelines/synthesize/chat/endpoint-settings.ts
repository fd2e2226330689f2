import { z } from 'zod';

const PriceSchema = z.strictObject({ input: z.number().nonnegative(), output: z.number().nonnegative() });

/** Where a chat model answers, how it is asked, and what that may cost: the same members for the teacher and for those who verify. */
export const endpointShape = {
  /** An OpenAI-compatible endpoint: `https://api.openai.com/v1`, `http://127.0.0.1:8080/v1` (llama-server), `http://127.0.0.1:11434/v1` (Ollama). */
  baseUrl: z.url({ protocol: /^https?$/, error: 'an http:// or https:// URL' }),
  model: z.string().min(1),
  /** Name of the environment variable that holds the API key; absent: none is sent. */
  apiKeyFrom: z.string().min(1).optional(),
  /** Members of every request, such as temperature, reasoning_effort or max_completion_tokens. */
  parameters: z.record(z.string(), z.unknown()).default({}),
  /** Requests under way at once. */
  concurrency: z.number().int().positive().default(4),
  timeoutSeconds: z.number().positive().default(120),
  /** How often a request is tried where the endpoint is busy, broken or out of reach. */
  tries: z.number().int().positive().default(8),
  /** Per million tokens. */
  price: PriceSchema.optional(),
  /** Where to stop. All answers that this workspace got from this model count, also those of earlier runs. */
  budget: z
    .strictObject({
      requests: z.number().int().positive().optional(),
      tokens: z.number().int().positive().optional(),
      money: z.number().positive().optional(),
    })
    .prefault({}),
};
const EndpointSchema = z.strictObject(endpointShape);
export type EndpointSettings = z.infer<typeof EndpointSchema>;

/** Refines a schema of these members: money is counted by prices. */
export function hasPrice({ budget, price }: Pick<EndpointSettings, 'budget' | 'price'>): boolean {
  return budget.money === undefined || price !== undefined;
}
export const PRICE_MISSING = { message: '`price` where `budget.money` is set' };
