import type { JsonSchema } from '../../core/tool.ts';
import { count } from './array-rules.ts';

/** Integers of a range that is not larger are listed one by one. */
const MAX_LISTED = 100;

/** Its length is bounded by the schema where the bounds are small; pattern and format are not spelled out. */
export function stringExpression(schema: JsonSchema): string {
  const least = count(schema.minLength);
  const most = count(schema.maxLength);
  if (!least && most === undefined) return 'string';
  return `"\\"" char{${least ?? 0},${most === undefined ? '' : Math.max(most, least ?? 0)}} "\\""`;
}

/** Small ranges exactly; of others the sign, and zero where it is not allowed. */
export function integerExpression(schema: JsonSchema): string {
  const { least, most } = bounds(schema, 1);
  if (most - least <= MAX_LISTED) return listed(Math.ceil(least), Math.floor(most), schema.multipleOf);
  if (least > 0) return '[1-9] [0-9]{0,15}';
  return least === 0 ? 'digits' : 'integer';
}

/** Only the sign is spelled out. */
export function numberExpression(schema: JsonSchema): string {
  return bounds(schema, 0).least >= 0 ? 'positive' : 'number';
}

function listed(least: number, most: number, multipleOf: unknown): string {
  const step = typeof multipleOf === 'number' && multipleOf > 0 ? multipleOf : 1;
  const values = Array.from({ length: Math.max(0, most - least + 1) }, (_, index) => least + index);
  const allowed = values.filter((value) => value % step === 0).map((value) => `"${value === 0 ? 0 : value}"`);
  return allowed.length === 0 ? 'integer' : `(${allowed.join(' | ')})`;
}

/** The bounds, exclusive ones moved inwards by a step. */
function bounds(schema: JsonSchema, step: number): { least: number; most: number } {
  const number = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise);
  const { NEGATIVE_INFINITY: none, POSITIVE_INFINITY: all } = Number;
  return {
    least: Math.max(number(schema.minimum, none), number(schema.exclusiveMinimum, none) + step),
    most: Math.min(number(schema.maximum, all), number(schema.exclusiveMaximum, all) - step),
  };
}
