import { z } from 'zod';

/** `synthesize.focus`: more traces for what was selected wrongly in an evaluation. */
export const FocusSchema = z.strictObject({
  /** The `confusions.json` of an evaluation; relative to the workspace. */
  file: z.string(),
  /** How many, in all. */
  traces: z.number().int().nonnegative().default(60),
});
