import type { SchemaValidators } from '../../core/schema-validators.ts';
import type { JsonSchema } from '../../core/tool.ts';
import type { ArgumentError } from './argument-errors.ts';
import { type Comparison, type ComparisonBasis, compareCalls } from './compare-calls.ts';
import type { GoldCall, PredictedCall } from './gold.ts';
import { callsOf, type GoldAnswer } from './gold-answer.ts';
import { isObject } from './json-type.ts';
import type { Mismatch } from './mismatch.ts';

export interface CallScores {
  selection: boolean;
  args_exact: boolean;
  args_ast: boolean;
  schema_valid: boolean;
  /** Each argument that `args_ast` finds wrong in calls to the right tools. */
  errors: ArgumentError[];
  /** What is wrong, empty where nothing is. */
  why: string;
}

/** What cannot be read is neither a call nor an answer: it is right nowhere, also where no call was wanted. @param malformed why */
export function malformedScores(malformed: string): CallScores {
  const wrong = { selection: false, args_exact: false, args_ast: false, schema_valid: false };
  return { ...wrong, errors: [], why: `malformed: ${malformed}` };
}

export interface ScoredCall extends CallScores {
  /** The first wrong argument of a call to the right tool. */
  mismatch?: Mismatch;
}

export interface ScoreInput extends ComparisonBasis {
  gold: GoldCall;
  alsoOk: readonly GoldCall[];
  /** `null`: no call was made. */
  predicted: PredictedCall | null;
}

/** The four scores of one call, or none. A score holds when it holds for the gold or for one of the calls that are also accepted. */
export function scoreCall({ gold, alsoOk, predicted, ...basis }: ScoreInput, validators: SchemaValidators): ScoredCall {
  const calls = predicted === null ? [] : [predicted];
  return scoreCalls({ ...basis, gold: callsOf(gold), alsoOk: alsoOk.map(callsOf), predicted: calls }, validators);
}

export interface CallsScoreInput extends ComparisonBasis {
  gold: GoldAnswer;
  alsoOk: readonly GoldAnswer[];
  /** None: no call was made. */
  predicted: readonly PredictedCall[];
}

/** The four scores of several calls that are made together, in any order (see `compareCalls`). They are schema-valid where each one is. */
export function scoreCalls(input: CallsScoreInput, validators: SchemaValidators): ScoredCall {
  const { gold, alsoOk, predicted, ...basis } = input;
  const results = [gold, ...alsoOk].map((answer) => compareCalls(answer, predicted, basis));
  const best = bestOf(results);
  const invalid = predicted
    .map((call) => schemaTrouble(call, basis.schemaOf, validators))
    .find((trouble) => trouble !== undefined);
  const reasons = [best.why, invalid === undefined ? '' : `schema: ${invalid}`];
  return {
    selection: results.some(({ selection }) => selection),
    args_exact: results.some(({ exact }) => exact),
    args_ast: results.some(({ ast }) => ast),
    schema_valid: invalid === undefined,
    errors: best.errors,
    why: reasons.filter((reason) => reason !== '').join('; '),
    ...(best.mismatch && { mismatch: best.mismatch }),
  };
}

/** The answer that the calls come nearest to. */
function bestOf(results: readonly Comparison[]): Comparison {
  return (
    results.find(({ exact, ast }) => exact && ast) ??
    results.find(({ ast }) => ast) ??
    results.find(({ selection }) => selection) ??
    results[0]!
  );
}

function schemaTrouble(
  { name, arguments: args }: PredictedCall,
  schemaOf: (name: string) => JsonSchema | undefined,
  validators: SchemaValidators,
): string | undefined {
  const schema = schemaOf(name);
  if (schema === undefined) return `there is no tool ${name}`;
  const value = args === undefined ? {} : args;
  return isObject(value) ? validators.check(schema)(value) : 'the arguments are no object';
}
