import { z } from 'zod';
import { BrokenAnswer } from '../chat-retries.ts';

const ScoresSchema = z.record(z.string(), z.number());

/** The members that are read; others are passed over. Those beside OpenAI's own are vLLM's (`CompletionResponse` in its protocol.py). */
const CompletionSchema = z.object({
  choices: z
    .array(
      z.object({
        index: z.number().int(),
        text: z.string(),
        finish_reason: z.string().nullish(),
        /** The token, or the text, that ended it; absent for the model's own end. */
        stop_reason: z.union([z.number(), z.string()]).nullish(),
        /** With `return_token_ids`: what was sampled, the token that ended it included. */
        token_ids: z.array(z.number().int()).nullish(),
        /** With `prompt_logprobs`: of each token of the prompt, by token id; the first has none. */
        prompt_logprobs: z.array(z.record(z.string(), z.object({ logprob: z.number() })).nullable()).nullish(),
        /** With `return_tokens_as_token_ids` the names are `token_id:<id>`. */
        logprobs: z.object({ top_logprobs: z.array(ScoresSchema.nullable()).nullish() }).nullish(),
      }),
    )
    .min(1),
  usage: z
    .object({
      prompt_tokens: z.number().nonnegative(),
      completion_tokens: z.number().nonnegative().nullish(),
      /** Only from a server that runs with `--enable-prompt-tokens-details`. */
      prompt_tokens_details: z.object({ cached_tokens: z.number().nonnegative().nullish() }).nullish(),
    })
    .nullish(),
});

export type Completion = z.infer<typeof CompletionSchema>;
export type CompletionChoice = Completion['choices'][number];

/** Reads an answer; its choices are in the order of the prompts. @throws BrokenAnswer where it is none, or of another number of prompts */
export function readCompletion(body: unknown, prompts: number): Completion {
  const { success, data } = CompletionSchema.safeParse(body);
  if (!success) throw new BrokenAnswer('what it answered is no completion');
  if (data.choices.length !== prompts)
    throw new BrokenAnswer(`it answered ${data.choices.length} of ${prompts} prompts`);
  return { ...data, choices: data.choices.toSorted((a, b) => a.index - b.index) };
}
