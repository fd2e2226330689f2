import type { Tokenizer } from '../tokenizer.ts';
import { anyOf } from './any-of.ts';

/** How many segments are remembered; a training prompt repeats its long ones (the tools) in every sample. */
const REMEMBERED = 2000;

/**
 * The tokenizer with a memory. Tokenizers split at their added tokens before anything else, so the pieces between them are tokenized
 * apart and can be remembered; the ids are the same as the tokenizer's own.
 */
export function segmentEncoder(tokenizer: Tokenizer): Tokenizer['encode'] {
  const splitting = tokenizer.added
    .filter(({ splits, content }) => splits && content !== '')
    .map(({ content }) => content);
  if (splitting.length === 0) return tokenizer.encode;
  const pattern = new RegExp(`(${anyOf(splitting)})`);
  const memory = new Map<string, number[]>();
  const encodeSegment = (segment: string): number[] => {
    const known = memory.get(segment);
    const ids = known ?? tokenizer.encode(segment);
    memory.delete(segment);
    memory.set(segment, ids);
    if (memory.size > REMEMBERED) memory.delete(memory.keys().next().value!);
    return ids;
  };
  return (text) => text.split(pattern).flatMap((segment) => (segment === '' ? [] : encodeSegment(segment)));
}
