import type { JsonSchema } from '../core/tool.ts';
import { GrammarRules, type JsonSpacing, literal, PYTHON_SPACING } from './grammar/rules.ts';
import { objectExpression } from './grammar/schema-rules.ts';

export interface GrammarFrame {
  /** Text before the arguments' `{`. */
  before: string;
  /** Text after their `}`, up to the stop token. */
  after: string;
  spacing?: JsonSpacing;
}

/**
 * A GBNF grammar of all arguments that the schema allows, written as training writes them: properties in the schema's order, optional ones
 * may be left out, one way of spacing and of escaping. Keywords that it does not know (pattern, format, uniqueItems, not, if) do not
 * narrow it; a schema that is too deep or too large becomes any JSON from there on.
 */
export function argumentsGrammar(
  schema: JsonSchema,
  { before, after, spacing = PYTHON_SPACING }: GrammarFrame,
): string {
  const rules = new GrammarRules(spacing);
  const object = objectExpression(rules, schema);
  return rules.text(`${literal(before)} ${object} ${literal(after)}`);
}
