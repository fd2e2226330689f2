import type { JsonSchema } from '../../core/tool.ts';
import { arrayExpression } from './array-rules.ts';
import { membersExpression } from './member-rules.ts';
import { isSchema, plainSchemas } from './plain-schemas.ts';
import type { GrammarRules } from './rules.ts';
import { integerExpression, numberExpression, stringExpression } from './scalar-rules.ts';

/** How deep values are spelled out; below it any JSON is allowed. A schema may refer to itself. */
const MAX_DEPTH = 12;
/** What a look at one schema counts, in characters of rules. */
const STEP = 20;

const TYPES = ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'];

/** Turns the schemas of one tool into rules. */
interface Compiler {
  rules: GrammarRules;
  root: JsonSchema;
  /** Rule of a schema at a depth, by identity: references to one place share their rules. */
  known: Map<JsonSchema, string[]>;
}

/** The expression of an object that the schema allows; the schema of a tool's arguments is an object's, whatever it says. */
export function objectExpression(rules: GrammarRules, schema: JsonSchema): string {
  const compiler: Compiler = { rules, root: schema, known: new Map() };
  const objects = plain(compiler, schema).map((part) => ofType(compiler, 'object', part, 0));
  return rules.add(alternatives(objects, 'object'));
}

/** The rule of a value that the schema allows. */
function valueRule(compiler: Compiler, schema: unknown, depth: number): string {
  if (!isSchema(schema) || depth > MAX_DEPTH || compiler.rules.isFull) return 'value';
  const names = compiler.known.get(schema) ?? [];
  compiler.known.set(schema, names);
  names[depth] ??= compiler.rules.add(
    alternatives(
      plain(compiler, schema).flatMap((part) => expressions(compiler, part, depth)),
      'value',
    ),
  );
  return names[depth];
}

function plain({ rules, root }: Compiler, schema: JsonSchema): JsonSchema[] {
  return plainSchemas(schema, root, () => {
    rules.spend(STEP);
    return !rules.isFull;
  });
}

function expressions(compiler: Compiler, schema: JsonSchema, depth: number): string[] {
  const values = 'const' in schema ? [schema.const] : schema.enum;
  if (Array.isArray(values) && values.length > 0) return [literals(compiler.rules, values)];
  const types = typesOf(schema);
  return types.length === 0 ? ['value'] : types.map((type) => ofType(compiler, type, schema, depth));
}

function literals(rules: GrammarRules, values: readonly unknown[]): string {
  const list = alternatives(
    values.map((value) => rules.value(value)),
    'value',
  );
  rules.spend(list.length);
  return rules.isFull ? 'value' : list;
}

function typesOf(schema: JsonSchema): string[] {
  const declared = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter((type) => TYPES.includes(type));
  if (declared.length > 0) return declared;
  if (isSchema(schema.properties) || isSchema(schema.additionalProperties) || Array.isArray(schema.required))
    return ['object'];
  return isSchema(schema.items) || Array.isArray(schema.prefixItems) ? ['array'] : [];
}

function ofType(compiler: Compiler, type: string, schema: JsonSchema, depth: number): string {
  const inner = (part: unknown) => valueRule(compiler, part, depth + 1);
  switch (type) {
    case 'object':
      return membersExpression(compiler.rules, schema, inner);
    case 'array':
      return arrayExpression(compiler.rules, schema, inner);
    case 'string':
      return stringExpression(schema);
    case 'integer':
      return integerExpression(schema);
    case 'number':
      return numberExpression(schema);
    default:
      return type;
  }
}

function alternatives(expressions: readonly string[], otherwise: string): string {
  return [...new Set(expressions)].join(' | ') || otherwise;
}
