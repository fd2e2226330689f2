import type { JsonSchema } from '../../core/tool.ts';
import { type GrammarRules, literal } from './rules.ts';

/** Bounds on the number of items above this are not spelled out. */
const MAX_COUNT = 64;

/** @param inner the rule of an item's value */
export function arrayExpression(rules: GrammarRules, schema: JsonSchema, inner: (part: unknown) => string): string {
  const comma = literal(rules.spacing.item);
  const tuple = Array.isArray(schema.prefixItems) ? schema.prefixItems : schema.items;
  if (Array.isArray(tuple) && tuple.length > 0)
    return `"[" ${tuple.slice(0, MAX_COUNT).map(inner).join(` ${comma} `)} "]"`;
  const least = count(schema.minItems) ?? 0;
  const most = count(schema.maxItems);
  if (most === 0) return '"[]"';
  const item = inner(schema.items);
  const further = `(${comma} ${item}){${Math.max(0, least - 1)},${most === undefined ? '' : Math.max(most, least) - 1}}`;
  return least > 0 ? `"[" ${item} ${further} "]"` : `"[" (${item} ${further})? "]"`;
}

/** A bound, where there is one that can be spelled out. */
export function count(value: unknown): number | undefined {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_COUNT
    ? (value as number)
    : undefined;
}
