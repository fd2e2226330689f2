import { z } from 'zod';

/** A piece of a training sequence. The loss sees the tokens of trained spans and no others. */
export const SpanSchema = z.object({ text: z.string().min(1), train: z.boolean() });
export type Span = z.infer<typeof SpanSchema>;

export const TaskSchema = z.enum(['selector', 'arguments', 'monolithic']);
export type Task = z.infer<typeof TaskSchema>;

export const SplitSchema = z.enum(['train', 'validation', 'test']);
export type Split = z.infer<typeof SplitSchema>;

/** What makes a training sample harder than its trace. Those that are made harder alike share a prompt. */
export const AugmentationSchema = z.object({
  /** Number of the mask under which tools and parameters have other names. */
  mask: z.number().int().nonnegative().optional(),
  /** Number of the set of other servers' tools that are on offer. */
  distractors: z.number().int().nonnegative().optional(),
});
export type Augmentation = z.infer<typeof AugmentationSchema>;

/** One training sequence: the concatenated texts of its spans, each tokenized by itself. */
export const SampleSchema = z.object({
  id: z.string().min(1),
  task: TaskSchema,
  /** Id of the tool whose arguments are trained; absent for the other tasks. */
  tool: z.string().optional(),
  group: z.string().optional(),
  spans: z.array(SpanSchema).min(1),
  meta: z.object({
    trace: z.string(),
    /** Numbers of the steps that are trained. */
    steps: z.array(z.number().int().nonnegative()),
    split: SplitSchema,
    catalogue: z.string(),
    augmented: AugmentationSchema.optional(),
    /** Of what is said and called in the trace (`learnedKey`): the same where only the prompt is another. Absent in older samples. */
    key: z.string().optional(),
  }),
});
export type Sample = z.infer<typeof SampleSchema>;
