import { samplePlain } from './sample-plain.ts';
import type { Sampling } from './sampling.ts';
import type { Slot } from './slots.ts';
import { isKey } from './state.ts';

/** A query that finds something. */
export function sampleSearch(sampling: Sampling, slot: Slot): unknown {
  for (let tries = 0; tries < 6; tries++) {
    const query = sampleQuery(sampling);
    if (query !== undefined) return query;
  }
  return samplePlain(sampling.random, slot);
}

const DULL =
  /^(with|from|that|this|which|about|into|until|near|used|over|than|also|have|were|been|they|every|takes|place|comes|does|has|and|for|the|who|was|are|thousand|second|new|not|live|room|way)$/i;

/** A word or phrase that occurs in what the server holds, but not the whole name of one thing: that is for opening, not for searching. */
function sampleQuery({ random, state }: Sampling): string | undefined {
  const filled = state.collections.filter(({ rows }) => rows.length > 0);
  if (filled.length === 0) return undefined;
  const named =
    filled.find((collection) => Object.keys(collection.rows[0]!).some((key) => isKey(collection, key))) ??
    random.pick(filled);
  const row = random.pick(named.rows);
  const member = random.pick(Object.values(row).filter((value) => typeof value === 'string' || Array.isArray(value)));
  const isSentence = Array.isArray(member);
  const text = isSentence ? (member.length > 0 ? String(random.pick(member)) : '') : String(member);
  // The first word of a sentence is its verb, which nobody searches for.
  const words = text
    .split(/\s+/)
    .slice(isSentence ? 1 : 0)
    .filter((word) => /^[\p{L}-]{3,}$/u.test(word) && !DULL.test(word));
  const query = words.length === 0 ? undefined : random.pick(words);
  const isName = named.rows.some(
    (other) =>
      Object.values(other).includes(query) &&
      Object.keys(other).some((key) => isKey(named, key) && other[key] === query),
  );
  return isName ? undefined : query;
}
