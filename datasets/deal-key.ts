import { hash } from 'node:crypto';
import { canonicalJson } from '../core/hash.ts';
import { stepsOf, type Trace } from '../core/trace.ts';
import { saidIn } from './trace-entry.ts';

/** By what a trace is known again when it is dealt out a second time: 8 bytes over its phrasing, what the user says and the arguments of its calls. */
export function dealKey(trace: Trace): string {
  const args = stepsOf(trace).map(({ call }) => call?.arguments);
  // Not the tools' names: a renamed tool's traces are the same ones.
  return hash('sha256', canonicalJson([trace.provenance.family, saidIn(trace), args])).slice(0, 16);
}
