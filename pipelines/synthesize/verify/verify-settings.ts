import { z } from 'zod';
import { endpointShape, hasPrice, PRICE_MISSING } from '../chat/endpoint-settings.ts';

/** Whose traces a model looks at: it costs. */
const of = z.enum(['teacher', 'all']).default('teacher');

/** `synthesize.verify`: what a candidate has to stand before it becomes a trace. */
export const VerifySchema = z.strictObject({
  /** Its calls were carried out without an error and found something. */
  execution: z.boolean().default(true),
  /** Each value of its calls stands in the query, an earlier result, the schema or the settings. */
  provenance: z.boolean().default(true),
  /** Its calls changed the copies of the server's data if the tool does so, and left them if it says that it is read-only. */
  state: z.boolean().default(true),
  /** Round trip: a model that is shown what was said and tools that are easily confused makes the same calls. */
  reader: z
    .strictObject({ ...endpointShape, of })
    .refine(hasPrice, PRICE_MISSING)
    .optional(),
  /** A model that gives a trace marks from 1 to 5. */
  judge: z
    .strictObject({ ...endpointShape, of, atLeast: z.number().int().min(1).max(5).default(3) })
    .refine(hasPrice, PRICE_MISSING)
    .optional(),
});
export type VerifySettings = z.infer<typeof VerifySchema>;

/** Changes with the prompts of reader and judge: what other prompts let through is stale. */
const VERIFIER = 'verify-1';

/** The part of the settings that decides which traces there are. */
export function decisiveVerifySettings({ reader, judge, ...checks }: VerifySettings): Record<string, unknown> {
  const prompts = reader || judge ? { prompts: VERIFIER } : {};
  return {
    ...checks,
    ...prompts,
    ...(reader && { reader: decisive(reader) }),
    ...(judge && { judge: { ...decisive(judge), atLeast: judge.atLeast } }),
  };
}

function decisive({ baseUrl, model, parameters, of }: NonNullable<VerifySettings['reader']>): Record<string, unknown> {
  return { baseUrl, model, parameters, of };
}
