import type { JsonSchema } from '../../core/tool.ts';
import { argsAst } from './args-ast.ts';
import { argsExact } from './args-exact.ts';
import { type ArgumentError, argumentErrors } from './argument-errors.ts';
import type { GoldCall, PredictedCall } from './gold.ts';
import type { GoldAnswer } from './gold-answer.ts';
import { isObject } from './json-type.ts';
import { ALL_ARGUMENTS, describeMismatch, type Mismatch } from './mismatch.ts';

/** What a call is compared by, besides the gold. */
export interface ComparisonBasis {
  /** Input schema of a tool by the name that calls use; `undefined` where the tool is not known. */
  schemaOf(name: string): JsonSchema | undefined;
  /** All that was said before; absent: no value counts as made up. */
  told?: string;
}

/** How calls stand to one gold answer. */
export interface Comparison {
  selection: boolean;
  exact: boolean;
  ast: boolean;
  /** The first wrong argument by `args_ast` of a call to the right tool. */
  mismatch?: Mismatch;
  errors: ArgumentError[];
  /** What is wrong, empty where nothing is. */
  why: string;
}

const RIGHT: Comparison = { selection: true, exact: true, ast: true, errors: [], why: '' };

/**
 * Compares calls with a gold answer, in any order, as BFCL does: there are as many, and for each gold in turn the first prediction that is left and
 * passes is taken. Nothing is tried twice: a gold that takes what only a later one could have used leaves that one without.
 */
export function compareCalls(
  gold: GoldAnswer,
  predicted: readonly PredictedCall[],
  basis: ComparisonBasis,
): Comparison {
  if (gold.length !== predicted.length) return wrongSelection(wrongCount(gold, predicted));
  if (gold.length === 0) return RIGHT;
  const pairs = gold.map((one) => predicted.map((call) => compareCall(one, call, basis)));
  const bySelection = takeInTurn(pairs, ({ selection }) => selection);
  const unselected = bySelection.indexOf(undefined);
  if (unselected >= 0) {
    const left = predicted.filter((_, at) => !bySelection.includes(at));
    return wrongSelection(`called ${namesOf(left)}, expected ${gold[unselected]!.name}`);
  }
  const byExact = takeInTurn(pairs, ({ exact }) => exact);
  const byAst = takeInTurn(pairs, ({ ast }) => ast);
  const exact = !byExact.includes(undefined);
  const ast = !byAst.includes(undefined);
  const failed = unpaired(pairs, ast ? byExact : byAst);
  return {
    selection: true,
    exact,
    ast,
    ...(!ast && { mismatch: failed[0]?.mismatch }),
    errors: ast ? [] : failed.flatMap(({ errors }) => errors),
    why: exact && ast ? '' : (failed[0]?.why ?? ''),
  };
}

function wrongSelection(why: string): Comparison {
  return { selection: false, exact: false, ast: false, errors: [], why };
}

function wrongCount(gold: GoldAnswer, predicted: readonly PredictedCall[]): string {
  if (predicted.length === 0) return `no call, expected ${namesOf(gold)}`;
  if (gold.length === 0) return `called ${namesOf(predicted)}, expected no call`;
  const made = predicted.length === 1 ? '1 call' : `${predicted.length} calls`;
  return `${made} (${namesOf(predicted)}), expected ${gold.length} (${namesOf(gold)})`;
}

function namesOf(calls: readonly { name: string | null }[]): string {
  return calls.map(({ name }) => name).join(', ');
}

/** For each row the first column that passes and that no row before has taken. */
function takeInTurn(
  pairs: readonly (readonly Comparison[])[],
  passes: (pair: Comparison) => boolean,
): (number | undefined)[] {
  const taken = new Set<number>();
  return pairs.map((row) => {
    const at = row.findIndex((pair, column) => !taken.has(column) && passes(pair));
    if (at < 0) return undefined;
    taken.add(at);
    return at;
  });
}

/** Of each gold that took nothing how the first call to its tool that is left compares with it. */
function unpaired(
  pairs: readonly (readonly Comparison[])[],
  taken: readonly (number | undefined)[],
): readonly Comparison[] {
  const used = new Set(taken);
  return pairs.flatMap((row, at) => {
    if (taken[at] !== undefined) return [];
    const column = row.findIndex((pair, index) => !used.has(index) && pair.selection);
    used.add(column);
    return column < 0 ? [] : [row[column]!];
  });
}

function compareCall(gold: GoldCall, predicted: PredictedCall, { schemaOf, told }: ComparisonBasis): Comparison {
  if (gold.name !== predicted.name) return wrongSelection(`called ${predicted.name}, expected ${gold.name}`);
  const schema = schemaOf(predicted.name);
  const value = predicted.arguments === undefined ? {} : predicted.arguments;
  const errors = argumentErrors(gold, predicted, schema, told);
  if (!isObject(value)) {
    const mismatch: Mismatch = { kind: 'wrong-type', parameter: ALL_ARGUMENTS, expected: {}, found: value };
    return { selection: true, exact: false, ast: false, mismatch, errors, why: 'the arguments are no object' };
  }
  const exact = argsExact(schema, gold, value);
  const ast = argsAst(schema, gold, value);
  const about = { selection: true, exact: exact === undefined, ast: ast === undefined, errors };
  if (ast !== undefined) return { ...about, mismatch: ast, why: describeMismatch(ast) };
  return { ...about, why: exact === undefined ? '' : `not exact: ${describeMismatch(exact)}` };
}
