import type { Call, Trace } from '../../../core/trace.ts';

/** The calls of a trace, each with what became of it; `isError` is absent where the call was not run. */
export function callsOf({ messages }: Trace): { call: Call; isError?: boolean }[] {
  return messages.flatMap((message, place) => {
    if (message.role !== 'assistant' || message.call === undefined) return [];
    const next = messages[place + 1];
    return [{ call: message.call, ...(next?.role === 'tool' && { isError: next.isError === true }) }];
  });
}
