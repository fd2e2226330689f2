import { z } from 'zod';
import { ArgumentsSchema } from '../../core/trace.ts';

const CountSchema = z.number().int().nonnegative();

const CallRecordSchema = z.object({
  /** Of the model's decisions, from 1. */
  round: CountSchema,
  /** Id, or the name as it was written where no tool on offer has it. */
  tool: z.string(),
  /** `null`: no tool on offer has the name. */
  server: z.string().nullable(),
  /** Absent where the tool is not known. */
  arguments: ArgumentsSchema.optional(),
  /** Whether the arguments fit the tool's schema. */
  schema_valid: z.boolean(),
  /** Whether the tool was run: not where name or arguments do not fit. */
  executed: z.boolean(),
  is_error: z.boolean(),
  /** What it brought as far as the model was shown it; `…` at the end where it was cut. */
  content: z.string(),
  ms: z.number().nonnegative(),
});
export type CallRecord = z.infer<typeof CallRecordSchema>;

/** `runs.jsonl` of a suite: what one system did about one task. */
export const RunRecordSchema = z.object({
  task: z.string(),
  /** In the catalogue's names and ids. */
  servers: z.array(z.string()),
  distractors: z.array(z.string()),
  tools: z.array(z.string()),
  /** Decisions of the model. */
  rounds: CountSchema,
  /** Calls that the model wrote, and those of them that name a tool. */
  planned: z.object({ items: CountSchema, named: CountSchema }),
  /** Those that were tried, in order. */
  calls: z.array(CallRecordSchema),
  /** `answer`; the reason for which the agent stopped; or `failed`: the run came to no end. */
  end: z.string(),
  /** Empty where there is none. */
  answer: z.string(),
  /** Why there is no answer. */
  why: z.string(),
  seconds: z.number().nonnegative(),
});
export type RunRecord = z.infer<typeof RunRecordSchema>;

/** How a run ended that says nothing of the system. */
export const FAILED = 'failed';

/** `tasks.json` beside it: what became of the tasks without a run. */
export const TasksFileSchema = z.object({
  found: CountSchema,
  not_drawn: CountSchema,
  not_run: z.array(z.object({ why: z.string(), tasks: z.array(z.string()).min(1) })),
});
export type TasksFile = z.infer<typeof TasksFileSchema>;
