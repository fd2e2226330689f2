import type { StepAnswer } from '../chat/step-answer.ts';
import { stopCutter } from '../chat/stop-texts.ts';
import { MODELS } from './chat-request.ts';
import type { StepUnderWay } from './step-progress.ts';

/** What a completion and its chunks begin with. */
export interface CompletionHead {
  id: string;
  /** Seconds since 1970. */
  created: number;
}

export interface CompletionOptions {
  head: CompletionHead;
  /** Texts at which an answer ends: what is told before the answer ends there too. */
  stops?: readonly string[];
  includeUsage?: boolean;
}

const MOST_RANKED = 10;

/** The answer as OpenAI's API gives it, whole. */
export function completion(answer: StepAnswer, { head }: Pick<CompletionOptions, 'head'>) {
  const { refusal = null, text: words } = answer;
  const calls = answer.calls.map((call, index) => callBody(head, call, index));
  const isSilent = words === '' && (calls.length > 0 || refusal !== null);
  return {
    ...head,
    object: 'chat.completion',
    model: modelOf(answer.by),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: isSilent ? null : words,
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

/** The same in parts: the tool's name as soon as it is selected, words as they are written, all else with the answer. */
export async function* completionChunks(
  { told, answer: answered }: StepUnderWay,
  { head, stops = [], includeUsage }: CompletionOptions,
): AsyncGenerator<unknown, void, undefined> {
  const words = stopCutter(stops);
  let by: StepAnswer['by'] | undefined;
  let name: string | undefined;
  const chunk = (delta: object, finish: string | null = null, more: object = {}) => ({
    ...head,
    object: 'chat.completion.chunk',
    model: modelOf(by ?? 'bundle'),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...more,
  });
  const opening = { role: 'assistant', content: null };
  let isOpen = false;
  for await (const progress of told) {
    by ??= 'by' in progress ? progress.by : undefined;
    if (!isOpen) yield chunk(opening);
    isOpen = true;
    if ('call' in progress) {
      name = progress.call;
      yield chunk({ tool_calls: [{ index: 0, ...callBody(head, { name, arguments: '' }, 0) }] });
    } else {
      const content = words.add(progress.text);
      if (content !== '') yield chunk({ content });
    }
  }
  const answer = await answered;
  by = answer.by;
  if (!isOpen) yield chunk(opening);
  const content = words.rest(answer.text);
  if (content !== '') yield chunk({ content });
  for (const [index, call] of answer.calls.entries()) {
    const { arguments: args } = call;
    if (index === 0 && name !== undefined) yield chunk({ tool_calls: [{ index, function: { arguments: args } }] });
    else yield chunk({ tool_calls: [{ index, ...callBody(head, call, index) }] });
  }
  if (answer.refusal !== undefined) yield chunk({ refusal: answer.refusal });
  yield chunk({}, answer.finish, { dualtune: aboutOf(answer) });
  if (includeUsage) yield { ...chunk({}), choices: [], usage: usageOf(answer) };
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
