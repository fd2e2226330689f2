import { z } from 'zod';

const CountSchema = z.number().int().nonnegative();

/**
 * A share with its 95% interval (Wilson) over `n` cases, which it takes for independent: of steps that share traces it is somewhat too narrow. Systems are
 * compared by `differences`, whose intervals resample traces. `null` where nothing could be scored.
 */
export const ShareSchema = z
  .object({ value: z.number(), low: z.number(), high: z.number(), n: z.number().int().positive() })
  .nullable();
export type Share = z.infer<typeof ShareSchema>;

export const SummarySchema = z.object({
  /** Cases; a step without a call is one too. */
  n: CountSchema,
  /** The right tool, or rightly none. */
  selection_accuracy: ShareSchema,
  /** Arguments by JSON equality; false where the tool is wrong. */
  args_exact: ShareSchema,
  /** Arguments by the rules of BFCL; false where the tool is wrong. */
  args_ast: ShareSchema,
  /** Selection and args_ast. */
  call_accuracy: ShareSchema,
  schema_valid: ShareSchema,
  /** The predicted call ran without error, after the earlier calls of its trace; over the cases that could be run and whose right call works. */
  executed_ok: ShareSchema,
  /** args_ast over the calls whose tool was right: the second half of the problem alone. */
  arguments_given_tool: ShareSchema,
});
export type Summary = z.infer<typeof SummarySchema>;

/** What became of a case. Of a call to the right tool, its first wrong argument. */
export const OUTCOMES = [
  'right',
  'wrong_tool',
  'no_call',
  'needless_call',
  'malformed',
  'missing_argument',
  'extra_argument',
  'wrong_type',
  'wrong_value',
] as const;
export const OutcomeSchema = z.enum(OUTCOMES);
export type Outcome = z.infer<typeof OutcomeSchema>;

/** Where a model wrote something that is neither a call nor an answer; a column of the confusion counts. */
export const MALFORMED = 'malformed';

export const SystemMetricsSchema = z.object({
  /** All cases. */
  overall: SummarySchema,
  /** The cases whose gold is a call. */
  calls: SummarySchema,
  /** By group of the gold's tool. */
  groups: z.record(z.string(), SummarySchema),
  /** By id of the gold's tool; `respond`: the cases without a call. */
  tools: z.record(z.string(), SummarySchema),
  latency_ms: z.object({ p50: z.number(), p95: z.number() }).nullable(),
  /** Means over the cases; tokens of a warm prefix are not prefilled again. */
  tokens_per_call: z.object({ prefilled: z.number(), generated: z.number() }).nullable(),
  /** Gold × predicted, by tool id, `respond` or `malformed`; an unknown tool by the name that was written. Zeros are left out. */
  confusion: z.array(z.object({ gold: z.string(), predicted: z.string(), count: CountSchema })),
  outcomes: z.partialRecord(OutcomeSchema, CountSchema),
  /** Cases that an endpoint never answered: they count nowhere. Absent: none. */
  unscored: CountSchema.optional(),
  /** Time from asking for another of the system's adapters until the engine can take the prompt, over `n` switches; absent where there was none, or none can be told. */
  switch_ms: z.object({ p50: z.number(), p95: z.number(), n: CountSchema }).optional(),
  /**
   * In bytes. `resident_peak`: of the evaluating process after one of the system's steps, with all that runs in it; `engine_state`: of the system's
   * own warm sessions, which are caches and adapters without the base's weights, where the engine can tell.
   */
  memory: z.object({ resident_peak: z.number(), engine_state: z.number().optional() }).optional(),
});
export type SystemMetrics = z.infer<typeof SystemMetricsSchema>;

/** `system` minus `reference` on the same cases, with a paired 95% interval. */
export const DifferenceSchema = z.object({
  system: z.string(),
  reference: z.string(),
  score: z.enum(['selection_accuracy', 'args_exact', 'call_accuracy']),
  value: z.number(),
  low: z.number(),
  high: z.number(),
});
export type Difference = z.infer<typeof DifferenceSchema>;

/** `metrics.json` of an evaluation. */
export const MetricsSchema = z.object({
  version: z.literal(1),
  seed: z.number().int(),
  cases: z.object({
    source: z.enum(['held-out', 'queries']),
    n: CountSchema,
    /** Cases whose gold is a call. */
    calls: CountSchema,
    /** Traces (or queries) that the cases come from: what intervals of differences resample. */
    traces: CountSchema,
  }),
  /** Most tokens of one generation, the same for all systems. */
  max_tokens: z.number().int().positive(),
  /** Hashes of what was evaluated. */
  inputs: z.record(z.string(), z.string()),
  systems: z.record(z.string(), SystemMetricsSchema),
  differences: z.array(DifferenceSchema),
});
export type Metrics = z.infer<typeof MetricsSchema>;

/** `offers.json`: how the systems fare as more tools are on offer. */
export const OffersSchema = z.object({
  version: z.literal(1),
  seed: z.number().int(),
  /** By number of tools on offer, rising. */
  sizes: z.array(
    z.object({
      tools: z.number().int().positive(),
      /** How many of them stand in the way only: no case calls them, and no adapter has seen them. */
      distractors: CountSchema,
      systems: z.record(z.string(), SummarySchema),
    }),
  ),
  inputs: z.record(z.string(), z.string()),
});
export type Offers = z.infer<typeof OffersSchema>;
