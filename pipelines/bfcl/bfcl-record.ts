import { z } from 'zod';
import { ArgumentErrorSchema } from '../scoring/argument-errors.ts';
import { CATEGORIES } from './categories.ts';

const CallSchema = z.object({ name: z.string(), arguments: z.unknown() });

/** A line of `answers.jsonl`: what one system made of one question. */
export const BfclRecordSchema = z.object({
  system: z.string(),
  case: z.string(),
  category: z.enum(CATEGORIES),
  /** The latest words of the user. */
  query: z.string(),
  gold: z.array(
    z.object({ name: z.string().nullable(), possible: z.record(z.string(), z.array(z.unknown())).optional() }),
  ),
  /** By the functions' own names; a name that is not on offer as it was written. */
  predicted: z.array(CallSchema),
  text: z.string(),
  malformed: z.string().optional(),
  /** As BFCL judges; `null`: unscored, `why` says the reason. */
  right: z.boolean().nullable(),
  /** `null` where there is no certain call to compare with, or nothing was scored. */
  selection: z.boolean().nullable(),
  args_exact: z.boolean().nullable(),
  args_ast: z.boolean().nullable(),
  schema_valid: z.boolean().nullable(),
  errors: z.array(ArgumentErrorSchema),
  why: z.string(),
  /** How often it was asked. */
  steps: z.number(),
  latency_ms: z.number(),
  prefilled: z.number(),
  generated: z.number(),
});
export type BfclRecord = z.infer<typeof BfclRecordSchema>;
