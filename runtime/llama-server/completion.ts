import { z } from 'zod';
import type { ServerLink } from './server-link.ts';

const ScoredSchema = z.object({ id: z.number().int(), logprob: z.number() });

const AnswerSchema = z.object({
  tokens: z.array(z.number().int()),
  stop_type: z.string(),
  completion_probabilities: z.array(ScoredSchema.extend({ top_logprobs: z.array(ScoredSchema) })).optional(),
  timings: z.object({ prompt_n: z.number(), predicted_n: z.number() }),
});
export type CompletionAnswer = z.infer<typeof AnswerSchema>;

/** What a request asks for. */
export interface Wanted {
  n_predict: number;
  /** Natural log-probabilities of so many most probable tokens, and of the sampled one. The biases and the grammar do not count. */
  n_probs?: number;
  logit_bias?: [token: number, bias: number][];
  grammar?: string;
  /** Texts that end it. */
  stop?: string[];
  /** Special tokens that are written as text. */
  preserved_tokens?: string[];
}

/** Where and with what it is computed. */
export interface Placed {
  id_slot: number;
  cache_prompt: boolean;
  /** Never left out: llama-server would keep what another adapter computed (llama.cpp#26207). */
  lora: { id: number; scale: number }[];
}

/** Greedy, whatever the defaults of the server. */
const GREEDY = { temperature: 0, samplers: ['temperature'], stream: false, return_tokens: true };

/** What is read of an answer; the rest (the prompt, all settings) is not sent. */
const FIELDS = Object.keys(AnswerSchema.shape);

/** Asks for one greedy completion of token ids. @throws ToolkitError where the server refuses or does not answer; the signal's reason */
export function complete(
  link: ServerLink,
  prompt: readonly number[],
  wanted: Wanted,
  placed: Placed,
  signal?: AbortSignal,
): Promise<CompletionAnswer> {
  const body = { ...GREEDY, ...wanted, ...placed, prompt, response_fields: FIELDS };
  return link.ask('/completion', AnswerSchema, body, signal);
}
