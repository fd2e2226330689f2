import { z } from 'zod';
import { CandidateSchema } from './candidate.ts';
import { ShareSchema } from './metrics.ts';

const DifferenceSchema = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** What is known of an adapter that could write a tool's arguments. */
export const WeighedCandidateSchema = z.object({
  candidate: CandidateSchema,
  /** Its name in the bundle. */
  adapter: z.string().min(1),
  /** Calls whose arguments it writes exactly right. */
  right: ShareSchema,
  /** Its share minus that of the first candidate on the same calls, with a paired 95% interval; `null` for the first, and without calls. */
  over: DifferenceSchema.nullable(),
  /** The difference that is expected of it: `over`, drawn towards what other tools show as far as the tool's calls are too few. 0 for the first. */
  expected: z.number(),
});
export type WeighedCandidate = z.infer<typeof WeighedCandidateSchema>;

/** Which adapter writes a tool's arguments, and why. */
export const ChoiceSchema = z.object({
  /** Id. */
  tool: z.string().min(1),
  /** Name in the bundle of the adapter that was chosen. */
  adapter: z.string().min(1),
  /** Calls of the validation split that the candidates were tried on. */
  n: z.int().nonnegative(),
  /** The simplest first. */
  candidates: z.array(WeighedCandidateSchema).min(2),
  why: z.string(),
});
export type Choice = z.infer<typeof ChoiceSchema>;

/** A candidate against a simpler one over all tools that have both. */
export const ComparedCandidatesSchema = z.object({
  candidate: CandidateSchema,
  over: CandidateSchema,
  tools: z.int().positive(),
  n: z.int().positive(),
  difference: DifferenceSchema,
  /** Standard deviation of the true difference from tool to tool, as far as it is more than chance makes. */
  spread: z.number().nonnegative(),
});
export type ComparedCandidates = z.infer<typeof ComparedCandidatesSchema>;

/** The choices of a bundle, made on the validation split: the test split takes no part. */
export const ChoicesSchema = z.object({
  overall: z.array(ComparedCandidatesSchema),
  tools: z.array(ChoiceSchema),
});
export type Choices = z.infer<typeof ChoicesSchema>;
