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

export function traceEntry(trace: Trace): TraceEntry {
  const calls = stepsOf(trace).flatMap(({ call }) => (call === null ? [] : [call]));
  const keys = calls.map((call) => canonicalJson([call.tool, call.arguments]));
  const withArguments = keys.filter((_, index) => Object.keys(calls[index]!.arguments).length > 0);
  const labels = [...new Set(calls.map(({ tool }) => tool))];
  const query = trace.messages.filter(({ role }) => role === 'user').map(({ content }) => content);
  return {
    family: trace.provenance.family,
    query: shingles(query.join('\n')),
    calls: [...new Set(withArguments)],
    sequence: keys.join('\n'),
    labels: labels.length === 0 ? [RESPOND] : labels,
  };
}
