import { z } from 'zod';
import type { PromptSettings } from './renderer.ts';

/** The form of `PromptSettings` in files. */
export const PromptSettingsSchema = z.object({
  system: z.string().optional(),
  descriptions: z.enum(['full', 'first-sentence']),
  argumentTools: z.enum(['chosen', 'all']).optional(),
  selectorTools: z.enum(['whole', 'described']).optional(),
}) satisfies z.ZodType<PromptSettings>;

/** `samples/prompt.json`: what the prompts of a data set were rendered with; the runtime must use the same. */
export const PromptFileSchema = z.object({
  settings: PromptSettingsSchema,
  /** sha256 of the chat template. */
  template: z.string(),
  /** sha256 of tokenizer.json. */
  tokenizer: z.string(),
  /** The renderer's own hash, over template, special tokens and settings. */
  renderer: z.string(),
});
export type PromptFile = z.infer<typeof PromptFileSchema>;
