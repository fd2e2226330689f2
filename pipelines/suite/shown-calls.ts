import type { CallRecord } from './run-record.ts';

/** Longest result that a judge is shown, in characters. */
const LONGEST = 4000;

/** The calls of a run as a judge is shown them. */
export function shownCalls(calls: readonly CallRecord[]): Record<string, unknown>[] {
  return calls.map(({ round, tool, arguments: args, executed, is_error, content }) => ({
    round,
    tool,
    ...(args !== undefined && { arguments: args }),
    outcome: executed ? (is_error ? 'error' : 'good') : 'not carried out',
    result: content.length > LONGEST ? `${content.slice(0, LONGEST)}… (${content.length} characters)` : content,
  }));
}
