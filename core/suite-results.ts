import { z } from 'zod';

/** Suites of agent tasks that systems are run on. */
export const SUITE_NAMES = ['mcp-bench', 'toolfit'] as const;
export type SuiteName = (typeof SUITE_NAMES)[number];

/** The six scores of MCP-Bench's judge, from 1 to 10, two for each of its axes. */
export const JUDGED_AXES = {
  task_completion: ['task_fulfillment', 'grounding'],
  tool_usage: ['tool_appropriateness', 'parameter_accuracy'],
  planning: ['dependency_awareness', 'parallelism_and_efficiency'],
} as const;
export type JudgedAxis = keyof typeof JUDGED_AXES;
export type JudgedScore = (typeof JUDGED_AXES)[JudgedAxis][number];

const CountSchema = z.number().int().nonnegative();
const RateSchema = z.number().min(0).max(1);
const JudgedSchema = z.number().min(1).max(10);

/** Nothing could be scored: a state of its own, and no 0. */
const UnscoredSchema = z.object({ state: z.literal('unscored'), why: z.string() });
export type Unscored = z.infer<typeof UnscoredSchema>;

function scoredOr<T extends z.ZodRawShape>(shape: T) {
  return z.discriminatedUnion('state', [z.object({ state: z.literal('scored'), ...shape }), UnscoredSchema]);
}

/** MCP-Bench's rule metrics of a run, or their means. `null`: there was no call to look at; left out of means. */
export const RuleMetricsSchema = z.object({
  valid_tool_name_rate: RateSchema.nullable(),
  input_schema_compliance: RateSchema.nullable(),
  execution_success_rate: RateSchema.nullable(),
  valid_call_failure_rate: RateSchema.nullable(),
  planning_json_compliance: RateSchema.nullable(),
});
export type RuleMetrics = z.infer<typeof RuleMetricsSchema>;

const judgement = {
  scores: z.object({
    task_fulfillment: JudgedSchema,
    grounding: JudgedSchema,
    tool_appropriateness: JudgedSchema,
    parameter_accuracy: JudgedSchema,
    dependency_awareness: JudgedSchema,
    parallelism_and_efficiency: JudgedSchema,
  }),
  /** Each the mean of its two scores. */
  axes: z.object({ task_completion: JudgedSchema, tool_usage: JudgedSchema, planning: JudgedSchema }),
};

/** What the judge said of one run of a task: means over its good verdicts of `of`. */
export const JudgedRunSchema = scoredOr({ ...judgement, verdicts: z.number().int().positive(), of: CountSchema });
export type JudgedRun = z.infer<typeof JudgedRunSchema>;

/** Means over the completed tasks. */
export const McpBenchFiguresSchema = z.object({
  tasks: CountSchema,
  rules: RuleMetricsSchema,
  judged: scoredOr({ ...judgement, tasks: z.number().int().positive() }),
  /** Mean of (mean of the first three rule rates) and the three axes / 10. */
  overall: scoredOr({ value: RateSchema }),
  rounds: z.number().nonnegative(),
  calls: z.number().nonnegative(),
  /** Distinct servers that were called. */
  servers_used: z.number().nonnegative(),
  /** Share of the tasks in which more than one was. */
  cross_server_rate: RateSchema,
});
export type McpBenchFigures = z.infer<typeof McpBenchFiguresSchema>;

/** Of one run. */
const runShape = {
  task: z.string(),
  /** The servers that the task needs, as the workspace calls them. */
  servers: z.array(z.string()),
  /** How it ended: `answer`, or why the agent stopped. */
  end: z.string(),
  rounds: CountSchema,
  calls: CountSchema,
};

const McpBenchTaskSchema = z.object({
  ...runShape,
  rules: RuleMetricsSchema,
  /** Calls of each server. */
  calls_per_server: z.record(z.string(), CountSchema),
  judged: JudgedRunSchema,
});

const RequirementVerdictSchema = z.object({
  /** As the task has it, in words. */
  requirement: z.string(),
  by: z.enum(['program', 'judge']),
  /** `null`: unscored. */
  satisfied: z.boolean().nullable(),
});
export type RequirementVerdict = z.infer<typeof RequirementVerdictSchema>;

/** `coverage`: satisfied / all; `score`: coverage × 10, rounded half up. Unscored where one requirement is. */
export const CoverageSchema = scoredOr({ coverage: RateSchema, score: z.number().int().min(0).max(10) });
export type Coverage = z.infer<typeof CoverageSchema>;

const ToolFitTaskSchema = z.object({
  ...runShape,
  requirements: z.array(RequirementVerdictSchema).min(1),
  coverage: CoverageSchema,
});

export const ToolFitFiguresSchema = z.object({
  tasks: CountSchema,
  /** Means over the tasks all of whose requirements have a verdict. */
  coverage: scoredOr({
    tasks: z.number().int().positive(),
    coverage: RateSchema,
    /** 0 to 10; ten times this is the paper's percentage. */
    score: z.number().min(0).max(10),
  }),
  /** Of all tasks. */
  requirements: z.object({ all: CountSchema, satisfied: CountSchema, unscored: CountSchema }),
  /** Those that a program checks. */
  by_program: z.object({ all: CountSchema, satisfied: CountSchema }),
});
export type ToolFitFigures = z.infer<typeof ToolFitFiguresSchema>;

/** What is the same for all suites. */
const about = {
  version: z.literal(1),
  /** `base`, `decoupled`, or the name of an endpoint. */
  system: z.string(),
  seed: z.number().int(),
  /** Hashes of what was scored. */
  inputs: z.record(z.string(), z.string()),
  /** Name of the model that judges; `null`: none does. */
  judge: z.string().nullable(),
  /** `found` is the sum of the others. */
  counts: z.object({
    found: CountSchema,
    completed: CountSchema,
    failed: CountSchema,
    not_run: CountSchema,
    /** Left out by a limit on the number of tasks. */
    not_drawn: CountSchema,
  }),
  not_run: z.array(z.object({ why: z.string(), tasks: z.array(z.string()).min(1) })),
  failed: z.array(z.object({ task: z.string(), why: z.string() })),
  /** Completed runs by how they ended. */
  ends: z.record(z.string(), CountSchema),
};

export const McpBenchResultsSchema = z.object({
  ...about,
  suite: z.literal('mcp-bench'),
  figures: McpBenchFiguresSchema,
  /** By the number of servers that a task needs. */
  by_servers: z.record(z.string(), McpBenchFiguresSchema),
  tasks: z.array(McpBenchTaskSchema),
});
export type McpBenchResults = z.infer<typeof McpBenchResultsSchema>;
export type McpBenchTaskResult = McpBenchResults['tasks'][number];

export const ToolFitResultsSchema = z.object({
  ...about,
  suite: z.literal('toolfit'),
  figures: ToolFitFiguresSchema,
  tasks: z.array(ToolFitTaskSchema),
});
export type ToolFitResults = z.infer<typeof ToolFitResultsSchema>;
export type ToolFitTaskResult = ToolFitResults['tasks'][number];

/** `results.json` of a suite: how one system did on its tasks. */
export const SuiteResultsSchema = z.discriminatedUnion('suite', [McpBenchResultsSchema, ToolFitResultsSchema]);
export type SuiteResults = z.infer<typeof SuiteResultsSchema>;
/** Its members that do not depend on the suite. */
export type SuiteAbout = Pick<SuiteResults, keyof typeof about>;
