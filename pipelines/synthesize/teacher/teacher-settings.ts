import { z } from 'zod';
import { TEACHER_WRITER } from './query-prompts.ts';

const PriceSchema = z.strictObject({ input: z.number().nonnegative(), output: z.number().nonnegative() });

/** `synthesize.teacher`: a chat model that writes traces beside the offline writer's. */
export const TeacherSchema = z
  .strictObject({
    /** An OpenAI-compatible endpoint: `https://api.openai.com/v1`, `http://127.0.0.1:8080/v1` (llama-server), `http://127.0.0.1:11434/v1` (Ollama). */
    baseUrl: z.url({ protocol: /^https?$/, error: 'an http:// or https:// URL' }),
    model: z.string().min(1),
    /** Name of the environment variable that holds the API key; absent: none is sent. */
    apiKeyFrom: z.string().min(1).optional(),
    /** Members of every request, such as temperature, reasoning_effort or max_completion_tokens. */
    parameters: z.record(z.string(), z.unknown()).default({}),
    /** Traces of each tool whose call comes first, as the offline writer makes it, and whose query the teacher writes. */
    callFirst: z.number().int().nonnegative().default(20),
    /** Chains of the same making, in all. */
    chains: z.number().int().nonnegative().default(20),
    /** Traces of several wishes in one query, and of a wrong value in it, of the same making, in all. */
    parallel: z.number().int().nonnegative().default(0),
    recovery: z.number().int().nonnegative().default(0),
    /** Traces of each tool whose query comes first; the teacher then makes the calls as well, in the sandbox. */
    queryFirst: z.number().int().nonnegative().default(10),
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
  })
  .refine(({ budget, price }) => budget.money === undefined || price !== undefined, {
    message: '`price` where `budget.money` is set',
  });
export type TeacherSettings = z.infer<typeof TeacherSchema>;

/** The part of the settings that decides what the traces are; the rest says how they are come by, and may change on the way. */
export function decisiveSettings({
  baseUrl,
  model,
  parameters,
  callFirst,
  chains,
  parallel,
  recovery,
  queryFirst,
}: TeacherSettings): Record<string, unknown> {
  return { writer: TEACHER_WRITER, baseUrl, model, parameters, callFirst, chains, parallel, recovery, queryFirst };
}
