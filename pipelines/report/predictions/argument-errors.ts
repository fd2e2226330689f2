import { z } from 'zod';
import type { Outcome } from '../../../core/metrics.ts';

/** What is wrong with one argument of a call to the right tool. */
export const ArgumentErrorSchema = z.object({ parameter: z.string().optional(), kind: z.string() });
export type ArgumentError = z.infer<typeof ArgumentErrorSchema>;

/** What each kind is called, in the order of the report. */
export const ERROR_TITLES: Readonly<Record<string, string>> = {
  missing: 'Missing',
  extra: 'Extra',
  'wrong-type': 'Wrong type',
  'wrong-value': 'Wrong value',
  'made-up': 'Made up',
};

const BY_OUTCOME: Partial<Record<Outcome, string>> = {
  missing_argument: 'missing',
  extra_argument: 'extra',
  wrong_type: 'wrong-type',
  wrong_value: 'wrong-value',
};

/** All wrong arguments where they were kept; else the first one, which decided the outcome. */
export function argumentErrorsOf({
  errors,
  outcome,
}: {
  errors?: readonly ArgumentError[];
  outcome: Outcome;
}): ArgumentError[] {
  const first = BY_OUTCOME[outcome];
  if (errors && errors.length > 0) return errors.map(({ kind, ...rest }) => ({ ...rest, kind: plainKind(kind) }));
  return first === undefined ? [] : [{ kind: first }];
}

function plainKind(kind: string): string {
  return kind.replaceAll(/[_ ]/g, '-');
}
