import type { Random } from '../../core/random.ts';

const CONSONANTS = [...'bdfgklmnprstvz'];
const VOWELS = [...'aeiou'];

/**
 * Gives names that mean nothing, each once: `kovu_tasemi` for a tool, `ralibo` for a parameter. They begin with a letter and hold no
 * others than `a`–`z` and `_`, which every template and tokenizer takes.
 * @param taken names that are never given, in small letters
 */
export function maskedNames(random: Random, taken: Iterable<string>): { tool(): string; parameter(): string } {
  const used = new Set(taken);
  const word = (syllables: number) =>
    Array.from({ length: syllables }, () => random.pick(CONSONANTS) + random.pick(VOWELS)).join('');
  const fresh = (make: () => string): string => {
    for (;;) {
      const name = make();
      if (used.has(name)) continue;
      used.add(name);
      return name;
    }
  };
  return { tool: () => fresh(() => `${word(2)}_${word(3)}`), parameter: () => fresh(() => word(3)) };
}
