import { z } from 'zod';

const count = z.int().nonnegative();

/** What a trainer prints, one JSON line each. `job` is the job's name; null where an error concerns them all. */
export const TrainerEventSchema = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('start'),
    job: z.string(),
    /** Steps in all. */
    total: count,
    /** Steps that an interrupted run has done. */
    resumed: count,
    samples: count,
    validation: count,
    tokens: count,
    trained_tokens: count,
    device: z.string(),
    precision: z.string(),
    threads: count,
    /** Trainable ones. */
    parameters: count,
    /** Of the packages that decide the result. */
    versions: z.record(z.string(), z.string()),
  }),
  z.object({
    event: z.literal('step'),
    job: z.string(),
    step: count,
    total: count,
    /** Mean over the trained tokens of the batch. */
    loss: z.number(),
    lr: z.number(),
    grad_norm: z.number(),
    /** Of the samples of the batch. */
    tokens: count,
    /** What the model was run on: less than `tokens` where a prefix is shared, more where rows are padded. */
    computed_tokens: count,
    trained_tokens: count,
    seconds: z.number(),
    /** On a GPU the most that the job has taken of its memory; else what the process has in memory. */
    memory_bytes: count.optional(),
  }),
  /** Before an evaluation, which may take long; for those who watch, and kept nowhere. */
  z.object({ event: z.literal('validating'), job: z.string(), step: count }),
  z.object({
    event: z.literal('eval'),
    job: z.string(),
    step: count,
    loss: z.number(),
    /** Share of the trained tokens that the model ranks first. */
    accuracy: z.number(),
    /** Share of the calls (a tool’s name, or its whole arguments) whose tokens are all ranked first: what greedy decoding would write. */
    exact: z.number().optional(),
    calls: count.optional(),
    samples: count,
    trained_tokens: count,
  }),
  z.object({ event: z.literal('checkpoint'), job: z.string(), step: count }),
  z.object({
    event: z.literal('done'),
    job: z.string(),
    step: count,
    /** The step whose adapter was kept. */
    kept: count,
    seconds: z.number(),
    /** How often the micro-batch was halved, as memory ran out. */
    halvings: count.optional(),
    /** How often it went back to an earlier step, as the training went wrong. */
    went_back: count.optional(),
  }),
  z.object({
    event: z.literal('warning'),
    job: z.string(),
    kind: z.enum(['micro_batch', 'together', 'went_back', 'no_validation']),
    /** The step in which it happened. */
    step: count,
    message: z.string(),
    /** Samples computed at once, or adapters trained at once, before and after; or the steps between which it went back. */
    from: count.optional(),
    to: count.optional(),
  }),
  z.object({
    event: z.literal('error'),
    job: z.string().nullable(),
    kind: z.enum([
      'out_of_memory',
      'missing_package',
      'bad_data',
      'bad_job',
      'bad_base',
      'diverged',
      'disk_full',
      'internal',
    ]),
    message: z.string(),
    where: z.string().optional(),
    expected: z.string().optional(),
    found: z.string().optional(),
    todo: z.string().optional(),
  }),
]);
export type TrainerEvent = z.infer<typeof TrainerEventSchema>;
export type TrainerFailure = Extract<TrainerEvent, { event: 'error' }>;
