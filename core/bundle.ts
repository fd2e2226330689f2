import { z } from 'zod';
import { CalibrationSchema } from './calibration.ts';
import { ChoicesSchema } from './choices.ts';
import { PromptFileSchema } from './prompt/prompt-file.ts';
import { TaskSchema } from './sample.ts';

/** Types in which a base is served. */
export const GgufTypeSchema = z.enum(['f32', 'f16', 'q8_0']);
export type GgufType = z.infer<typeof GgufTypeSchema>;

/** Distances of log-probabilities (natural logarithm) over a set of tokens. */
export const DistanceSchema = z.object({ max: z.number(), mean: z.number() });
export type Distance = z.infer<typeof DistanceSchema>;

/** How near the engine comes to PEFT in fp32, measured on samples before the bundle is made. */
export const ParitySchema = z.object({
  /** Number of tokens that were compared. */
  tokens: z.number().int().positive(),
  /** PEFT against the engine, all in 32 bits. */
  f32: DistanceSchema,
  /** PEFT in 32 bits against the engine with the base as it is served. */
  served: DistanceSchema,
});

export const BundledAdapterSchema = z.object({
  /** The job's name: `selector`, `monolithic`, `arguments` (of all tools), `arguments-<tool slug>` and others (pipelines/adapter-targets.ts). */
  name: z.string().min(1),
  task: TaskSchema,
  /** Id of the tool whose arguments it writes; absent for one that writes several tools'. */
  tool: z.string().optional(),
  /** The group whose tools' arguments it writes; absent for one of a single tool, or of all. */
  group: z.string().optional(),
  /** Relative to the bundle. */
  file: z.string(),
  sha256: z.string(),
  /** Hash of the PEFT adapter that it was made from. */
  source: z.string(),
  rank: z.number().int().positive(),
  /** As trained; with rsLoRA the file holds alpha·√rank. */
  alpha: z.number(),
  rslora: z.boolean(),
  /** Of an activated adapter (aLoRA): token ids. It works from the first of the last ones on that a prompt holds; all before is the base's. */
  invocation: z.array(z.number().int().nonnegative()).optional(),
  parity: ParitySchema.extend({
    /** By how much the adapter changes the base's log-probabilities, in PEFT and in the engine. */
    effect: z.object({ peft: DistanceSchema, engine: DistanceSchema }),
  }),
});
export type BundledAdapter = z.infer<typeof BundledAdapterSchema>;

/** The name under which a server such as vLLM serves an adapter: with its content's hash, as a name that comes again may get prefixes of the older one (vllm#42125). */
export function servedName({ name, source }: Pick<BundledAdapter, 'name' | 'source'>): string {
  return `${name}-${source.replace(/^sha256:/, '').slice(0, 12)}`;
}

/** `bundle.json`: everything that a runtime has to know about a base and its adapters. */
export const BundleSchema = z.object({
  version: z.literal(1),
  base: z.object({
    file: z.string(),
    type: GgufTypeSchema,
    sha256: z.string(),
    /** `hashBase` of the folder that it was made from. */
    source: z.string(),
    parity: ParitySchema,
  }),
  /** What the adapters' prompts were rendered with: a runtime that renders otherwise is refused. */
  prompt: PromptFileSchema,
  /** Hash of the catalogue that the adapters were trained on. */
  catalogue: z.string(),
  /** Release of llama.cpp that converted and proved the files. */
  llamaCpp: z.string(),
  adapters: z.array(BundledAdapterSchema),
  /** Which adapter writes which tool's arguments; absent where there was nothing to choose from, or nothing to choose by. */
  choices: ChoicesSchema.optional(),
  /** How sure the selector may be; absent where there were too few steps to tell. */
  calibration: CalibrationSchema.optional(),
});
export type Bundle = z.infer<typeof BundleSchema>;
