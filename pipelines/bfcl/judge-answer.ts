import type { SchemaValidators } from '../../core/schema-validators.ts';
import type { PredictedCall } from '../scoring/gold.ts';
import { malformedScores, scoreCalls } from '../scoring/score-call.ts';
import type { QuestionAnswer } from './answer-question.ts';
import type { BfclCase } from './bfcl-case.ts';
import type { BfclRecord } from './bfcl-record.ts';
import { wantedIn } from './categories.ts';

/** Longest text of a model that is kept. */
const MAX_TEXT = 4000;
const NOTHING = { selection: null, args_exact: null, args_ast: null, schema_valid: null, errors: [] };

/**
 * Judges an answer as BFCL does: where calls are wanted, by their AST, as many as the gold has; in irrelevance it is right where nothing can be read as a
 * call, in relevance where something can.
 */
export function judgeAnswer(
  system: string,
  one: BfclCase,
  answer: QuestionAnswer,
  validators: SchemaValidators,
): BfclRecord {
  const predicted = answer.calls.map(({ promptName, arguments: args }) => ({
    name: one.tools.find((tool) => tool.promptName === promptName)?.name ?? promptName,
    arguments: args,
  }));
  return {
    ...about(system, one),
    predicted,
    text: answer.text.slice(0, MAX_TEXT),
    ...(answer.malformed !== undefined && { malformed: answer.malformed }),
    ...verdict(one, predicted, answer.malformed, validators),
    steps: answer.steps,
    latency_ms: answer.latencyMs,
    prefilled: answer.prefilled,
    generated: answer.generated,
  };
}

/** The record of a question that a system could not be asked. */
export function unscored(system: string, one: BfclCase, why: string): BfclRecord {
  const nothing = { steps: 0, latency_ms: 0, prefilled: 0, generated: 0 };
  return { ...about(system, one), predicted: [], text: '', right: null, ...NOTHING, why, ...nothing };
}

function about(system: string, { id, category, messages, gold }: BfclCase) {
  const query = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  return { system, case: id, category, query, gold: [...gold] };
}

function verdict(
  one: BfclCase,
  predicted: readonly PredictedCall[],
  malformed: string | undefined,
  validators: SchemaValidators,
): Pick<BfclRecord, 'right' | keyof typeof NOTHING | 'why'> {
  const isCalled = predicted.length > 0 && malformed === undefined;
  const wanted = wantedIn(one.category);
  if (wanted === 'any') return { ...NOTHING, right: isCalled, why: isCalled ? '' : 'no call, expected one' };
  if (wanted === 'none') {
    const why = isCalled ? `called ${predicted.map(({ name }) => name).join(', ')}, expected no call` : '';
    return { ...NOTHING, right: !isCalled, why };
  }
  if (malformed !== undefined) return { ...malformedScores(malformed), right: false };
  const schemaOf = (name: string) => one.tools.find((tool) => tool.name === name)?.inputSchema;
  const told = one.messages.map(({ content }) => content ?? '').join('\n');
  const { mismatch: _, ...scores } = scoreCalls({ gold: one.gold, alsoOk: [], predicted, schemaOf, told }, validators);
  return { ...scores, right: scores.selection && scores.args_ast };
}
