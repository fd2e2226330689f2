import type { SchemaValidators } from '../../core/schema-validators.ts';
import type { JsonSchema } from '../../core/tool.ts';
import { argsAst } from './args-ast.ts';
import { argsExact } from './args-exact.ts';
import type { GoldCall, PredictedCall } from './gold.ts';
import { isObject } from './json-type.ts';
import { describeMismatch, type Mismatch } from './mismatch.ts';

export interface CallScores {
  selection: boolean;
  args_exact: boolean;
  args_ast: boolean;
  schema_valid: boolean;
  /** What is wrong, empty where nothing is. */
  why: string;
}

export interface ScoredCall extends CallScores {
  /** The first wrong argument of a call to the right tool. */
  mismatch?: Mismatch;
}

export interface ScoreInput {
  gold: GoldCall;
  alsoOk: readonly GoldCall[];
  /** `null`: no call was made. */
  predicted: PredictedCall | null;
  /** Input schema of a tool by the name that calls use; `undefined` where the tool is not known. */
  schemaOf(name: string): JsonSchema | undefined;
}

/** The four scores of one call. A score holds when it holds for the gold or for one of the calls that are also accepted. */
export function scoreCall(input: ScoreInput, validators: SchemaValidators): ScoredCall {
  const { gold, alsoOk, predicted, schemaOf } = input;
  const invalid = schemaTrouble(predicted, schemaOf, validators);
  const results = [gold, ...alsoOk].map((one) => compareCall(one, predicted, schemaOf));
  const named = results.filter((result) => result.selection);
  const best =
    named.find(({ exact, ast }) => !exact && !ast) ?? named.find(({ ast }) => !ast) ?? named[0] ?? results[0]!;
  const reasons = [best.why, invalid === undefined ? '' : `schema: ${invalid}`];
  return {
    selection: named.length > 0,
    args_exact: named.some(({ exact }) => exact === undefined),
    args_ast: named.some(({ ast }) => ast === undefined),
    schema_valid: invalid === undefined,
    why: reasons.filter((reason) => reason !== '').join('; '),
    ...(best.ast && { mismatch: best.ast }),
  };
}

interface Comparison {
  selection: boolean;
  exact?: Mismatch;
  ast?: Mismatch;
  why: string;
}

function compareCall(gold: GoldCall, predicted: PredictedCall | null, schemaOf: ScoreInput['schemaOf']): Comparison {
  if (gold.name === null || predicted === null) {
    const right = gold.name === null && predicted === null;
    if (right) return { selection: true, why: '' };
    const why = predicted === null ? `no call, expected ${gold.name}` : `called ${predicted.name}, expected no call`;
    return { selection: false, why };
  }
  if (gold.name !== predicted.name) {
    return { selection: false, why: `called ${predicted.name}, expected ${gold.name}` };
  }
  return { selection: true, ...compareArguments(gold, predicted, schemaOf(gold.name)) };
}

function compareArguments(gold: GoldCall, predicted: PredictedCall, schema: JsonSchema | undefined) {
  const value = predicted.arguments === undefined ? {} : predicted.arguments;
  if (!isObject(value)) {
    const mismatch: Mismatch = { kind: 'wrong-type', parameter: '(arguments)', expected: {}, found: value };
    return { exact: mismatch, ast: mismatch, why: 'the arguments are no object' };
  }
  const exact = argsExact(schema, gold, value);
  const ast = argsAst(schema, gold, value);
  if (ast !== undefined) return { exact, ast, why: describeMismatch(ast) };
  return { exact, ast, why: exact === undefined ? '' : `not exact: ${describeMismatch(exact)}` };
}

function schemaTrouble(
  predicted: PredictedCall | null,
  schemaOf: ScoreInput['schemaOf'],
  validators: SchemaValidators,
): string | undefined {
  if (predicted === null) return undefined;
  const schema = schemaOf(predicted.name);
  if (schema === undefined) return `there is no tool ${predicted.name}`;
  const value = predicted.arguments === undefined ? {} : predicted.arguments;
  return isObject(value) ? validators.check(schema)(value) : 'the arguments are no object';
}
