import { z } from 'zod';

/** A line of `choices.jsonl`: whether an adapter wrote the arguments of a call exactly right. What it wrote stays out: bundles are published. */
export const TrialSchema = z.object({
  adapter: z.string(),
  /** Hash of the PEFT adapter. */
  source: z.string(),
  tool: z.string(),
  /** Hash of prompt and gold. */
  call: z.string(),
  right: z.boolean(),
});
export type Trial = z.infer<typeof TrialSchema>;

export const TRIALS = 'choices.jsonl';
