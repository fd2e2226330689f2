import { canonicalJson } from '../../core/hash.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import type { Tool } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import type { Prediction, PredictOptions } from '../../runtime/prediction.ts';
import type { Predict } from '../evaluate/systems/predict.ts';
import { isObject } from '../scoring/json-type.ts';
import type { BfclCase } from './bfcl-case.ts';
import { wantedIn } from './categories.ts';

/** What a system called, by prompt names. */
export interface QuestionAnswer {
  calls: { promptName: string; arguments: unknown }[];
  /** What it wrote, step by step. */
  text: string;
  /** Why something that it wrote is neither a call nor an answer. */
  malformed?: string;
  steps: number;
  latencyMs: number;
  prefilled: number;
  generated: number;
}

export interface AnswerOptions extends PredictOptions {
  /** Whether a conversation has room for another step. */
  fits(messages: readonly Message[], tools: readonly Tool[]): boolean;
}

/** As many calls as an agent may make; no question of BFCL wants more than eight. */
const MOST_CALLS = 16;
/** What every call brings: BFCL's functions cannot be run. It has to say nothing that a later call could need. */
const RESULT = 'Done.';

/**
 * Lets a system answer a question. All calls of its first turn count. Where the category wants several and the turn was one call, it is asked again, behind
 * that call and a result that says nothing: it goes on until it calls nothing, or something for the second time. So it makes several calls in
 * turn, as it does on a server, and says itself how many.
 */
export async function answerQuestion(
  predict: Predict,
  renderer: Renderer,
  { category, messages: question, tools }: BfclCase,
  { fits, ...options }: AnswerOptions,
): Promise<QuestionAnswer> {
  const messages = [...question];
  const answer: QuestionAnswer = { calls: [], text: '', steps: 0, latencyMs: 0, prefilled: 0, generated: 0 };
  for (;;) {
    const prediction = await predict(messages, tools, options);
    const { calls, malformed } = callsOf(prediction, renderer);
    count(answer, prediction);
    if (malformed !== undefined) return { ...answer, malformed };
    const [first, ...others] = calls;
    if (first === undefined || answer.calls.some((one) => canonicalJson(one) === canonicalJson(first))) return answer;
    answer.calls.push(...calls);
    const tool = tools.find(({ promptName }) => promptName === first.promptName);
    const isDone = wantedIn(category) !== 'several' || others.length > 0 || answer.calls.length >= MOST_CALLS;
    // A call that no conversation can hold ends it too.
    if (isDone || tool === undefined || !isObject(first.arguments)) return answer;
    messages.push({ role: 'assistant', call: { tool: tool.id, arguments: first.arguments } });
    messages.push({ role: 'tool', content: RESULT });
    if (!fits(messages, tools)) return answer;
  }
}

function count(answer: QuestionAnswer, { text, latencyMs, prefilled, generated }: Prediction): void {
  answer.text += answer.steps === 0 ? text : `\n${text}`;
  answer.steps += 1;
  answer.latencyMs += latencyMs;
  answer.prefilled += prefilled;
  answer.generated += generated;
}

/** All calls of a step; a base may write several in one turn. One that cannot be read spoils the turn. */
function callsOf(
  { call, text, malformed }: Prediction,
  renderer: Renderer,
): Pick<QuestionAnswer, 'calls' | 'malformed'> {
  if (malformed !== undefined || call === null) return { calls: [], malformed };
  const further = renderer.parseAll(text).slice(1);
  const broken = further.find((parsed) => 'malformed' in parsed);
  return {
    calls: [call, ...further.flatMap((parsed) => ('call' in parsed ? [parsed.call] : []))],
    ...(broken && 'malformed' in broken && { malformed: broken.malformed }),
  };
}
