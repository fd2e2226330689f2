import { canonicalJson } from '../core/hash.ts';
import { RESPOND } from '../core/tool.ts';
import { stepsOf, type Trace } from '../core/trace.ts';
import { shingles } from './shingles.ts';

/** What dedupe and split need to know of a trace. */
export interface TraceEntry {
  family: string;
  query: ReadonlySet<string>;
  /** Keys of the calls that have at least one argument. */
  calls: string[];
  /** Key of all its calls in their order. */
  sequence: string;
  /** The tools that it calls, or `respond` where there are none. */
  labels: string[];
}

/** What is said and called in a trace, without the tools' results: all that dedupe and split look at. */
export interface TraceDigest {
  family: string;
  /** By the user. */
  said: string[];
  calls: { tool: string; arguments: Record<string, unknown> }[];
}

/** What the user says, turn by turn. */
export function saidIn({ messages }: Trace): string[] {
  return messages.flatMap((message) => (message.role === 'user' ? [message.content] : []));
}

export function traceDigest(trace: Trace): TraceDigest {
  const calls = stepsOf(trace).flatMap(({ call }) => (call === null ? [] : [call]));
  return { family: trace.provenance.family, said: saidIn(trace), calls };
}

export function traceEntry({ family, said, calls }: TraceDigest): TraceEntry {
  const keys = calls.map((call) => canonicalJson([call.tool, call.arguments]));
  const withArguments = keys.filter((_, index) => Object.keys(calls[index]!.arguments).length > 0);
  const labels = [...new Set(calls.map(({ tool }) => tool))];
  return {
    family,
    query: shingles(said.join('\n')),
    calls: [...new Set(withArguments)],
    sequence: keys.join('\n'),
    labels: labels.length === 0 ? [RESPOND] : labels,
  };
}
