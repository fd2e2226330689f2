import { hash } from 'node:crypto';
import { canonicalJson } from '../core/hash.ts';
import type { Trace } from '../core/trace.ts';
import { traceDigest } from './trace-entry.ts';

/** By what it is told whether an adapter has learned from a trace: 8 bytes over what is said and called. Under another name a tool has to be learned anew. */
export function learnedKey(trace: Trace): string {
  return hash('sha256', canonicalJson(traceDigest(trace))).slice(0, 16);
}
