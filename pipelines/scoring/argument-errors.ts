import { z } from 'zod';
import { valuesIn } from '../telling/told-values.ts';
import { untoldPart } from '../telling/untold-part.ts';
import { astMismatches } from './args-ast.ts';
import type { GoldCall, PredictedCall } from './gold.ts';
import { memberPlace } from './json-equal.ts';
import { isObject } from './json-type.ts';
import { ALL_ARGUMENTS, type Mismatch } from './mismatch.ts';
import { possibleValues } from './possible-values.ts';

/** `made-up`: a wrong value that stands neither in what was said before nor in the schema (told where that is known). */
export const ARGUMENT_ERROR_KINDS = ['missing', 'extra', 'wrong-type', 'wrong-value', 'made-up'] as const;

export const ArgumentErrorSchema = z.object({ parameter: z.string(), kind: z.enum(ARGUMENT_ERROR_KINDS) });
/** One parameter that `args_ast` finds wrong. */
export type ArgumentError = z.infer<typeof ArgumentErrorSchema>;

/**
 * All parameters of a call that are wrong by the rules of `args_ast`, each with its kind. None where the arguments are right, or where
 * it is the wrong tool or none: then there is nothing to compare.
 * @param schema the tool's input schema; `undefined` where it is not known
 * @param told all that was said before the call: the query, earlier results. Absent: nothing counts as made up
 */
export function argumentErrors(
  gold: GoldCall,
  predicted: PredictedCall | null,
  schema: unknown,
  told?: string,
): ArgumentError[] {
  if (gold.name === null || predicted?.name !== gold.name) return [];
  const value = predicted.arguments === undefined ? {} : predicted.arguments;
  if (!isObject(value)) return [{ parameter: ALL_ARGUMENTS, kind: 'wrong-type' }];
  const kinds = new Map<string, ArgumentError['kind']>();
  for (const mismatch of astMismatches(schema, gold, value)) {
    const isMadeUp = told !== undefined && isUntold(mismatch, gold, schema, told);
    kinds.set(mismatch.parameter, isMadeUp ? 'made-up' : mismatch.kind);
  }
  return [...kinds].map(([parameter, kind]) => ({ parameter, kind }));
}

/** Whether a wrong value has a part that nobody told; one that the gold has too, elsewhere in the same parameter, need not be told. */
function isUntold({ kind, parameter, found }: Mismatch, gold: GoldCall, schema: unknown, told: string): boolean {
  if (kind !== 'wrong-value') return false;
  const offered = valuesIn(possibleValues(gold)[parameter]);
  const place = memberPlace({ root: schema, schema }, parameter);
  return untoldPart(found, { place, offered, before: told }) !== undefined;
}
