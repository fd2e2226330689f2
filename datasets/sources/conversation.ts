import type { Call, Message } from '../../core/trace.ts';
import { isObject } from './cell.ts';
import { rowCall } from './row-call.ts';
import { rowTrouble } from './row-trouble.ts';
import type { ToolNames } from './tool-names.ts';

/** One thing that is said in a conversation. */
type Said =
  | { kind: 'user' | 'text'; content: string }
  | { kind: 'call'; call: Call; id: unknown }
  | { kind: 'result'; content: string; id: unknown };
type SaidOf<Kind extends Said['kind']> = Extract<Said, { kind: Kind }>;

/**
 * A message list as a trace holds it: one call a step, its result behind it. Calls that are made at once follow one another, each with its own result.
 * System messages are left out, and what an assistant says beside a call.
 * @throws ToolkitError where there is something that a trace cannot hold
 */
export function conversation(written: readonly unknown[], names: ToolNames): Message[] {
  const all = written.flatMap((message) => saidBy(message, names));
  const said = all.filter(({ kind }, at) => !(kind === 'text' && all[at + 1]?.kind === 'call'));
  const messages: Message[] = [];
  for (let at = 0; at < said.length; ) {
    const calls = run(said, at, 'call');
    const results = run(said, at + calls.length, 'result');
    messages.push(...inTurn(calls, results));
    at += calls.length + results.length;
    for (let one = said[at]; one?.kind === 'user' || one?.kind === 'text'; one = said[++at]) {
      messages.push({ role: one.kind === 'user' ? 'user' : 'assistant', content: one.content });
    }
  }
  return messages;
}

/** The things of one kind that follow one another from a place on. */
function run<Kind extends Said['kind']>(said: readonly Said[], start: number, kind: Kind): SaidOf<Kind>[] {
  const end = said.findIndex((one, at) => at >= start && one.kind !== kind);
  return said.slice(start, end < 0 ? said.length : end) as SaidOf<Kind>[];
}

function inTurn(calls: readonly SaidOf<'call'>[], results: readonly SaidOf<'result'>[]): Message[] {
  if (calls.length > 1 && calls.length !== results.length) {
    const found = `${calls.length} calls, ${results.length} results`;
    throw rowTrouble({ what: 'several calls at once', expected: 'one call, or a result for each', found });
  }
  const ordered = resultsOf(calls, results);
  const steps = Math.max(calls.length, ordered.length);
  return Array.from({ length: steps }, (_, at) => [
    ...(calls[at] ? [{ role: 'assistant' as const, call: calls[at].call }] : []),
    ...(ordered[at] ? [{ role: 'tool' as const, content: ordered[at].content }] : []),
  ]).flat();
}

/** In the order of their calls, by their ids; only where neither has any, by their places. */
function resultsOf(
  calls: readonly SaidOf<'call'>[],
  results: readonly SaidOf<'result'>[],
): readonly SaidOf<'result'>[] {
  const hasIds = [...calls, ...results].some(({ id }) => id !== undefined);
  if (!hasIds || calls.length === 0 || results.length === 0) return results;
  const byId = new Map(results.map((result) => [result.id, result]));
  const ids = new Set(calls.map(({ id }) => id));
  const isPaired = byId.size === results.length && ids.size === calls.length && results.length === calls.length;
  if (isPaired && !ids.has(undefined) && results.every(({ id }) => ids.has(id)))
    return calls.map(({ id }) => byId.get(id)!);
  const [of, has] = [calls, results].map((said) => said.map(({ id }) => id ?? 'none').join(', '));
  throw rowTrouble({
    what: 'results do not have the ids of their calls',
    expected: '`tool_call_id` of each result the `id` of one call',
    found: `calls ${of}; results ${has}`,
  });
}

function saidBy(message: unknown, names: ToolNames): Said[] {
  if (!isObject(message)) throw rowTrouble({ what: 'not a message', expected: '`role` and `content`', found: message });
  const content = textOf(message.content);
  switch (message.role) {
    case 'system':
    case 'developer':
      return [];
    case 'user':
      if (content.trim() === '')
        throw rowTrouble({ what: 'a user message without text', expected: 'text', found: message.content });
      return [{ kind: 'user', content }];
    case 'assistant':
      return [...(content.trim() === '' ? [] : [{ kind: 'text' as const, content }]), ...callsOf(message, names)];
    case 'tool_call':
      return [{ kind: 'call', call: rowCall(message.content, names), id: undefined }];
    case 'tool':
    case 'function':
    case 'tool_response':
      return [{ kind: 'result', content, id: message.tool_call_id ?? undefined }];
    default:
      throw rowTrouble({
        what: 'a message of an unknown role',
        expected: 'system, user, assistant, tool, function, tool_call or tool_response',
        found: message.role,
      });
  }
}

function callsOf(message: Record<string, unknown>, names: ToolNames): SaidOf<'call'>[] {
  const old = message.function_call ?? undefined;
  const written = old === undefined ? (message.tool_calls ?? []) : [old];
  if (!Array.isArray(written)) throw rowTrouble({ what: 'not a list of calls', expected: 'a list', found: written });
  return written.map((one) => ({
    kind: 'call',
    call: rowCall(one, names),
    id: isObject(one) ? (one.id ?? undefined) : undefined,
  }));
}

/** Text, the texts of a list of parts, or the JSON of anything else. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (content === undefined || content === null) return '';
  const parts = Array.isArray(content) ? content.map((part) => (isObject(part) ? part.text : part)) : [undefined];
  return parts.every((part) => typeof part === 'string') ? parts.join('\n') : JSON.stringify(content);
}
