import type { Message } from '../../core/trace.ts';
import { termsOf } from './terms.ts';
import { valueTerms } from './value-kinds.ts';

/** How much less what a user said counts than what they said next. */
const EARLIER = 0.25;
const LEAST = 0.01;
/** Of a message with a pasted text the request stands before or after it. */
const LONGEST = 4000;

/**
 * The terms to look for and the weight of each: those of the query, or of what the user said, the latest most. Nothing that an assistant or a
 * tool said: within a turn the terms do not change, and no result can call tools up.
 */
export function queryTerms(query: string | readonly Message[]): Map<string, number> {
  const said =
    typeof query === 'string' ? [query] : query.flatMap((message) => (message.role === 'user' ? message.content : []));
  const weights = new Map<string, number>();
  let weight = 1;
  for (const text of said.toReversed()) {
    if (weight < LEAST) break;
    const part = ends(text);
    for (const term of [...termsOf(part), ...valueTerms(part)]) if (!weights.has(term)) weights.set(term, weight);
    weight *= EARLIER;
  }
  return weights;
}

function ends(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST / 2)} ${text.slice(-LONGEST / 2)}`;
}
