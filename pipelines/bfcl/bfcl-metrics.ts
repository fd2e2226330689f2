import { z } from 'zod';
import { ShareSchema } from '../../core/metrics.ts';
import { ARGUMENT_ERROR_KINDS } from '../scoring/argument-errors.ts';
import { wilson } from '../scoring/wilson.ts';
import type { BfclRecord } from './bfcl-record.ts';
import { type Category, GROUPS, type Group } from './categories.ts';

const CountSchema = z.number().int().nonnegative();

const CategorySchema = z.object({
  /** Right answers, of those that were scored. */
  accuracy: ShareSchema,
  /** `null` where there is no certain call to compare with. */
  selection_accuracy: ShareSchema,
  args_exact: ShareSchema,
  schema_valid: ShareSchema,
  /** Questions that the system could not be asked. */
  unscored: CountSchema,
});

const SystemSchema = z.object({
  categories: z.record(z.string(), CategorySchema),
  /** Shares; `null` where a category of the group was not evaluated, or nothing of it could be scored. */
  groups: z.record(z.string(), z.number().nullable()),
  /** Wrong arguments of calls to the right functions. */
  argument_errors: z.record(z.enum(ARGUMENT_ERROR_KINDS), CountSchema),
});

/** `bfcl.json`. */
export const BfclMetricsSchema = z.object({
  version: z.literal(1),
  seed: z.number().int(),
  /** What the files held, by category. */
  data: z.record(
    z.string(),
    z.object({
      questions: CountSchema,
      /** Those that were asked. */
      asked: CountSchema,
      refused: z.array(z.object({ id: z.string(), why: z.string() })),
    }),
  ),
  systems: z.record(z.string(), SystemSchema),
  inputs: z.record(z.string(), z.string()),
});
export type BfclMetrics = z.infer<typeof BfclMetricsSchema>;
type CategoryMetrics = z.infer<typeof CategorySchema>;

/** The figures of one system. @param weights questions of each category that was evaluated, those that were not drawn included */
export function bfclSystem(
  records: readonly BfclRecord[],
  weights: ReadonlyMap<Category, number>,
): z.infer<typeof SystemSchema> {
  const categories = new Map(
    [...weights.keys()].map((name) => [name, categoryFigures(records.filter(({ category }) => category === name))]),
  );
  const errors = records.flatMap((record) => record.errors);
  const count = (kind: string) => errors.filter((error) => error.kind === kind).length;
  return {
    categories: Object.fromEntries(categories),
    groups: Object.fromEntries(
      (Object.keys(GROUPS) as Group[]).map((group) => [group, groupFigure(group, categories, weights)]),
    ),
    argument_errors: Object.fromEntries(ARGUMENT_ERROR_KINDS.map((kind) => [kind, count(kind)])) as Record<
      (typeof ARGUMENT_ERROR_KINDS)[number],
      number
    >,
  };
}

function categoryFigures(records: readonly BfclRecord[]): CategoryMetrics {
  const share = (score: 'right' | 'selection' | 'args_exact' | 'schema_valid') => {
    const scored = records.filter((record) => record[score] !== null);
    return wilson(scored.filter((record) => record[score]).length, scored.length);
  };
  return {
    accuracy: share('right'),
    selection_accuracy: share('selection'),
    args_exact: share('args_exact'),
    schema_valid: share('schema_valid'),
    unscored: records.filter(({ right }) => right === null).length,
  };
}

/** A group with a category that has no figure has none either: BFCL would count nothing as wrong. */
function groupFigure(
  group: Group,
  categories: ReadonlyMap<Category, CategoryMetrics>,
  weights: ReadonlyMap<Category, number>,
): number | null {
  const { of, mean } = GROUPS[group];
  let [sum, total] = [0, 0];
  for (const category of of) {
    const accuracy = categories.get(category)?.accuracy;
    if (!accuracy) return null;
    const weight = mean === 'questions' ? weights.get(category)! : 1;
    sum += accuracy.value * weight;
    total += weight;
  }
  return sum / total;
}
