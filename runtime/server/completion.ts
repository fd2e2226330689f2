import type { StepAnswer } from '../chat/step-answer.ts';
import { MODELS } from './chat-request.ts';

/** What a completion and its chunks begin with. */
export interface CompletionHead {
  id: string;
  /** Seconds since 1970. */
  created: number;
}

export interface CompletionOptions {
  head: CompletionHead;
  /** Texts at which an answer ends. */
  stops: readonly string[];
  includeUsage?: boolean;
}

const MOST_RANKED = 10;

/** The answer as OpenAI's API gives it, whole. */
export function completion(answer: StepAnswer, { head, stops }: CompletionOptions) {
  const { refusal = null } = answer;
  const calls = answer.calls.map((call, index) => callBody(head, call, index));
  return {
    ...head,
    object: 'chat.completion',
    model: modelOf(answer.by),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: calls.length > 0 || refusal !== null ? null : cutAt(answer.text, stops),
          refusal,
          ...(calls.length > 0 ? { tool_calls: calls } : {}),
        },
        logprobs: null,
        finish_reason: answer.finish,
      },
    ],
    usage: usageOf(answer),
    dualtune: aboutOf(answer),
  };
}

/** The same in parts: the tool's name as soon as it is selected, all else with the answer. */
export async function* completionChunks(
  selected: Promise<string>,
  answered: Promise<StepAnswer>,
  { head, stops, includeUsage }: CompletionOptions,
): AsyncGenerator<unknown, void, undefined> {
  const name = await Promise.race([selected, answered.then(() => undefined)]);
  const by = name === undefined ? (await answered).by : undefined;
  const chunk = (delta: object, finish: string | null = null, more: object = {}, answer?: StepAnswer) => ({
    ...head,
    object: 'chat.completion.chunk',
    model: modelOf(answer?.by ?? by ?? 'bundle'),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...more,
  });
  yield chunk({ role: 'assistant', content: null });
  if (name !== undefined) yield chunk({ tool_calls: [{ index: 0, ...callBody(head, { name, arguments: '' }, 0) }] });
  const answer = await answered;
  for (const [index, call] of answer.calls.entries()) {
    const { arguments: args } = call;
    if (index === 0 && name !== undefined) yield chunk({ tool_calls: [{ index, function: { arguments: args } }] });
    else yield chunk({ tool_calls: [{ index, ...callBody(head, call, index) }] });
  }
  const text = cutAt(answer.text, stops);
  if (answer.calls.length === 0 && text !== '') yield chunk({ content: text });
  if (answer.refusal !== undefined) yield chunk({ refusal: answer.refusal });
  yield chunk({}, answer.finish, { dualtune: aboutOf(answer) }, answer);
  if (includeUsage) yield { ...chunk({}, null, {}, answer), choices: [], usage: usageOf(answer) };
}

function callBody({ id }: CompletionHead, call: StepAnswer['calls'][number], index: number) {
  return { id: `call_${id.slice(id.indexOf('-') + 1)}_${index}`, type: 'function', function: call };
}

function modelOf(by: StepAnswer['by']): string {
  return by === 'endpoint' ? 'fallback' : MODELS[by];
}

function usageOf({ tokens: { prompt, evaluated, completion: written } }: StepAnswer) {
  return {
    prompt_tokens: prompt,
    completion_tokens: written,
    total_tokens: prompt + written,
    prompt_tokens_details: { cached_tokens: Math.max(0, prompt - evaluated) },
  };
}

/** What OpenAI's API has no member for. */
function aboutOf({ by, notInBundle, abstained, ranked, tokens }: StepAnswer) {
  return {
    answered_by: by,
    ...(notInBundle === undefined ? {} : { not_in_bundle: notInBundle }),
    ...(abstained === undefined ? {} : { abstained }),
    ...(ranked === undefined ? {} : { ranked: ranked.slice(0, MOST_RANKED) }),
    evaluated_tokens: tokens.evaluated,
    sampled_tokens: tokens.sampled,
  };
}

function cutAt(text: string, stops: readonly string[]): string {
  const ends = stops.map((stop) => text.indexOf(stop)).filter((end) => end >= 0);
  return text.slice(0, Math.min(text.length, ...ends));
}
