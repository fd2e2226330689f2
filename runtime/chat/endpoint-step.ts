import type { ChatMessage, ChatModel } from '../../core/chat-model.ts';
import { messageOf } from '../../core/errors.ts';
import type { StepAnswer } from './step-answer.ts';
import type { ChatTurn, StepRequest } from './step-request.ts';

/** The endpoint gave no answer; `cause` says why. */
export class EndpointFailure extends Error {
  override readonly name = 'EndpointFailure';
}

/** Has another chat model make the step. @throws EndpointFailure where it gives no answer */
export async function askEndpoint(model: ChatModel, request: StepRequest, signal: AbortSignal): Promise<StepAnswer> {
  const tools = request.tools.map((tool) => ({ type: 'function' as const, function: tool }));
  const { choice, maxTokens } = request;
  const asked = {
    messages: messagesOf(request.turns),
    tools,
    ...(choice === 'required' ? { choice } : {}),
    ...(maxTokens === undefined ? {} : { maxTokens }),
  };
  const { content, calls, finish, tokens } = await model.ask(asked, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new EndpointFailure(messageOf(error), { cause: error });
  });
  return {
    by: 'endpoint',
    calls: calls.map(({ name, arguments: args }) => ({ name, arguments: args })),
    text: content,
    finish: calls.length > 0 ? 'tool_calls' : finish,
    tokens: { prompt: tokens.input, evaluated: tokens.input, completion: tokens.output, sampled: tokens.output },
  };
}

/** Several calls of a turn are sent in turn: results need ids that fit, and the client's own are not kept. */
function messagesOf(turns: readonly ChatTurn[]): ChatMessage[] {
  let count = 0;
  return turns.flatMap((turn): ChatMessage[] => {
    if (turn.role !== 'assistant') return [turn];
    if (turn.calls.length === 0) return [{ role: 'assistant', content: turn.content }];
    return turn.calls.flatMap(({ name, arguments: args, result }): ChatMessage[] => {
      const id = `call_${count++}`;
      const call = { id, name, arguments: JSON.stringify(args) };
      return [
        { role: 'assistant', content: '', call },
        { role: 'tool', callId: id, content: result },
      ];
    });
  });
}
