import type { JsonSchema } from '../../core/tool.ts';
import { isSchema } from './plain-schemas.ts';
import { type GrammarRules, literal } from './rules.ts';

/** Objects with more members are not spelled out: nobody writes such a tool, and the engine follows each place where a member may stand. */
const MAX_MEMBERS = 256;

interface Member {
  /** Expression of key and value. */
  pair: string;
  required: boolean;
}

/**
 * An object: its declared properties in their order and no others; with none declared, any members that `additionalProperties` allows.
 * @param inner the rule of a member's value
 */
export function membersExpression(rules: GrammarRules, schema: JsonSchema, inner: (part: unknown) => string): string {
  const members = declaredMembers(rules, schema, inner);
  if (members === undefined) return 'object';
  if (members.length > 0) return `"{" ${inOrder(rules, members)} "}"`;
  const rest = schema.additionalProperties;
  if (rest === false) return '"{}"';
  if (!isSchema(rest)) return 'object';
  const member = rules.add(`string ${literal(rules.spacing.key)} ${inner(rest)}`);
  return `"{" (${member} (${literal(rules.spacing.item)} ${member})*)? "}"`;
}

function declaredMembers(
  rules: GrammarRules,
  schema: JsonSchema,
  inner: (part: unknown) => string,
): Member[] | undefined {
  const properties = new Map(Object.entries(isSchema(schema.properties) ? schema.properties : {}));
  const required = new Set(
    Array.isArray(schema.required) ? schema.required.filter((name) => typeof name === 'string') : [],
  );
  for (const name of required) if (!properties.has(name)) properties.set(name, true);
  if (properties.size > MAX_MEMBERS) return undefined;
  return [...properties]
    .filter(([, part]) => part !== false)
    .map(([name, part]) => ({
      pair: rules.add(`${literal(JSON.stringify(name) + rules.spacing.key)} ${inner(part)}`),
      required: required.has(name),
    }));
}

/** One alternative for each member that can be the first; after it the others follow, each with its comma. */
function inOrder(rules: GrammarRules, members: readonly Member[]): string {
  const comma = literal(rules.spacing.item);
  const firsts: string[] = [];
  let tail = '';
  for (const { pair, required } of members.toReversed()) {
    if (required) firsts.length = 0;
    firsts.unshift(`${pair} ${tail}`.trim());
    tail = rules.add(`${required ? `${comma} ${pair}` : `(${comma} ${pair})?`} ${tail}`.trim());
  }
  if (members.every(({ required }) => !required)) firsts.push('""');
  return `(${firsts.join(' | ')})`;
}
