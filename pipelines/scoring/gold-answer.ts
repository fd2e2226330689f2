import { z } from 'zod';
import { type GoldCall, GoldCallSchema, GoldSchema } from './gold.ts';

/** Calls that are right together, in any order; none: no tool should be called. */
export type GoldAnswer = readonly GoldCall[];

const SeveralSchema = z
  .array(GoldCallSchema.extend({ name: z.string().min(1) }))
  .min(1, 'expected a call, or `null` where no tool should be called');

const OneSchema = GoldSchema.transform(({ also_ok, ...gold }) => ({
  gold: callsOf(gold),
  alsoOk: also_ok.map(callsOf),
}));

/** A gold as users write it: a call, `null`, or a list of calls that are right together. `alsoOk`: the other answers that it holds itself. */
export const GoldAnswerSchema = oneOrSeveral<{ gold: GoldAnswer; alsoOk: GoldAnswer[] }>(
  OneSchema,
  SeveralSchema.transform((gold) => ({ gold, alsoOk: [] })),
);

/** Other answers to accept: each a call, `null`, or a list of calls. */
export const AlsoOkAnswersSchema = z
  .array(
    oneOrSeveral<GoldAnswer>(
      GoldCallSchema.nullable().transform((call) => callsOf(call)),
      SeveralSchema,
    ),
  )
  .default([]);

/** The calls of a gold that is one call or none. */
export function callsOf(gold: GoldCall | null): GoldAnswer {
  return gold === null || gold.name === null ? [] : [gold];
}

/** Reads a list by one schema and all else by another: other than a union, it says what is wrong in terms of the one that is meant. */
export function oneOrSeveral<T>(one: z.ZodType<T>, several: z.ZodType<T>): z.ZodType<T> {
  return z.unknown().transform((value, context): T => {
    const result = (Array.isArray(value) ? several : one).safeParse(value);
    if (result.success) return result.data;
    context.issues.push(...(result.error.issues as z.core.$ZodRawIssue[]));
    return z.NEVER;
  });
}
