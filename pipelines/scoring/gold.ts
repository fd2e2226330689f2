import { z } from 'zod';
import { isObject, type JsonObject } from './json-type.ts';

// Kept as they were read (no copy): a copy would lose a member named `__proto__`.
const PlainObjectSchema = z.custom<JsonObject>(isObject, 'expected an object');
const PossibleSchema = z.custom<Record<string, unknown[]>>(
  (value) => isObject(value) && Object.values(value).every((list) => Array.isArray(list) && list.length > 0),
  'expected an object that holds a non-empty list of allowed values for each parameter',
);

/** One call that is right, or (`name` null) that no tool should be called. `possible` goes before `arguments`. A misspelt key would mean no arguments. */
export const GoldCallSchema = z.strictObject({
  name: z.string().min(1).nullable(),
  arguments: PlainObjectSchema.optional(),
  possible: PossibleSchema.optional(),
});
export type GoldCall = z.infer<typeof GoldCallSchema>;

/** Other calls to accept. */
export const AlsoOkSchema = z.array(GoldCallSchema).default([]);

/** A gold as users write it: `also_ok` may stand inside it; `null` means that no tool should be called. */
export const GoldSchema = GoldCallSchema.extend({ also_ok: AlsoOkSchema })
  .nullable()
  .transform((gold): GoldCall & { also_ok: GoldCall[] } => gold ?? { name: null, also_ok: [] });

/** What a model called. `arguments` may be anything: that is what is scored. */
export interface PredictedCall {
  name: string;
  arguments?: unknown;
}
