import { z } from 'zod';
import { OutcomeSchema } from '../../core/metrics.ts';
import { ArgumentErrorSchema } from '../scoring/argument-errors.ts';

const AnyObjectSchema = z.record(z.string(), z.unknown());

/** The gold of a case. `tool` is an id; `null`: no call. */
export const CaseGoldSchema = z.object({
  tool: z.string().nullable(),
  arguments: AnyObjectSchema.optional(),
  possible: z.record(z.string(), z.array(z.unknown())).optional(),
});
export type CaseGold = z.infer<typeof CaseGoldSchema>;

/** A line of an evaluation's `predictions.jsonl`: what one system made of one case. */
export const PredictionRecordSchema = z.object({
  system: z.string(),
  case: z.string(),
  /** Id of the trace or query. */
  trace: z.string(),
  group: z.string().nullable(),
  /** The latest words of the user. */
  query: z.string(),
  gold: CaseGoldSchema,
  also_ok: z.array(CaseGoldSchema),
  /** `name` as the model wrote it, `tool` the id that it stands for, `null` where there is no such tool. */
  predicted: z.object({ name: z.string(), tool: z.string().nullable(), arguments: z.unknown() }).nullable(),
  /** The selector's likeliest candidates, best first, each with its share of the probability; `null`: no tool. Absent where the system gives none. */
  ranked: z.array(z.object({ tool: z.string().nullable(), probability: z.number() })).optional(),
  /** What the model wrote, cut where it is long. */
  text: z.string(),
  /** Why it is neither a call nor an answer. */
  malformed: z.string().optional(),
  selection: z.boolean(),
  args_exact: z.boolean(),
  args_ast: z.boolean(),
  schema_valid: z.boolean(),
  /** Each argument that `args_ast` finds wrong in a call to the right tool; absent in records of version 1. */
  errors: z.array(ArgumentErrorSchema).optional(),
  executed_ok: z.boolean().nullable(),
  outcome: OutcomeSchema,
  why: z.string(),
  latency_ms: z.number(),
  prefilled: z.number(),
  generated: z.number(),
  /** What it took of an engine in this machine (`EngineUse`). */
  engine: z
    .object({
      switches_ms: z.array(z.number()).optional(),
      resident_bytes: z.number(),
      state_bytes: z.number().optional(),
    })
    .optional(),
});
export type PredictionRecord = z.infer<typeof PredictionRecordSchema>;
