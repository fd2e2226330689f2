import type { ChatTurn, ChatTurnCall } from '../chat/step-request.ts';
import { ApiError } from './api-error.ts';
import type { RequestMessage } from './chat-request.ts';

type AssistantMessage = Extract<RequestMessage, { role: 'assistant' }>;

/** Messages as turns, each call with its result. @throws ApiError (400) where calls and results do not fit together */
export function turnsOf(messages: readonly RequestMessage[]): ChatTurn[] {
  const turns: ChatTurn[] = [];
  for (let index = 0; index < messages.length; ) {
    const message = messages[index]!;
    index += 1;
    if (message.role === 'tool') throw unfit(index - 1, `no call with the id ${message.tool_call_id} stands before it`);
    if (message.role !== 'assistant') {
      turns.push({ role: message.role === 'user' ? 'user' : 'system', content: message.content });
      continue;
    }
    const at = index - 1;
    const results = new Map<string, string>();
    for (let next = messages[index]; next?.role === 'tool'; next = messages[++index])
      results.set(next.tool_call_id, next.content);
    turns.push({ role: 'assistant', content: message.content ?? '', calls: callsOf(message, results, at) });
  }
  return turns;
}

function callsOf({ tool_calls }: AssistantMessage, results: Map<string, string>, at: number): ChatTurnCall[] {
  const calls = (tool_calls ?? []).map(({ id, function: { name, arguments: text } }): ChatTurnCall => {
    const result = results.get(id);
    if (result === undefined) throw unfit(at, `no tool message answers the call ${id}`);
    return { name, arguments: argumentsOf(text, at), result };
  });
  const known = new Set((tool_calls ?? []).map(({ id }) => id));
  for (const id of results.keys())
    if (!known.has(id)) throw unfit(at, `a tool message answers a call ${id} that was not made`);
  return calls;
}

function argumentsOf(text: string, at: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw unfit(at, 'the arguments of a call are no JSON object');
}

function unfit(at: number, what: string): ApiError {
  return new ApiError(400, 'invalid_request', `messages.${at}: ${what}`.slice(0, 300), { param: `messages.${at}` });
}
