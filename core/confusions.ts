import { z } from 'zod';

/** `confusions.json`: what one system selected wrongly, and how often. Tool ids; `null`: no call; an unknown tool by the name that was written. */
export const ConfusionsSchema = z.array(
  z.object({ gold: z.string().nullable(), predicted: z.string().nullable(), count: z.number().int().positive() }),
);
export type Confusions = z.infer<typeof ConfusionsSchema>;
