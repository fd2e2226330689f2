import { z } from 'zod';
import { endpointShape, hasPrice, PRICE_MISSING } from '../synthesize/chat/endpoint-settings.ts';

/** `suite` in workspace.yaml. */
export const SuiteSettingsSchema = z.strictObject({
  /** A chat model that judges runs of agent tasks; absent: what only a judge can tell stays unscored. */
  judge: z
    .strictObject({
      ...endpointShape,
      /** Verdicts on each run of an MCP-Bench task, each with the rubric in another order. */
      verdicts: z.int().positive().default(5),
    })
    .refine(hasPrice, PRICE_MISSING)
    .optional(),
  /** The workspace's name of a server that a suite calls otherwise; white space, punctuation and case make no difference in any case. */
  servers: z.record(z.string(), z.string()).default({}),
});
export type SuiteSettings = z.infer<typeof SuiteSettingsSchema>;
