import { expect, test } from 'vitest';
import { ASKS, GENERIC_ASKS, GENERIC_ASKS_BARE, STYLES } from '../../../../pipelines/synthesize/phrases/asks.ts';
import { BANKS } from '../../../../pipelines/synthesize/phrases/banks.ts';
import { LEFT_OUT } from '../../../../pipelines/synthesize/phrases/clarify.ts';
import { PARALLEL_STYLES } from '../../../../pipelines/synthesize/phrases/parallel.ts';

const single = Object.entries(BANKS).map(([concept, { easy, medium, hard }]) => [
  concept,
  [...easy, ...medium, ...hard],
]);
const ALL = [...single, ...Object.entries(ASKS), ...Object.entries(LEFT_OUT)] as [string, readonly string[]][];

test('no two ways of asking are the same, also for different tools and kinds of traces', () => {
  const seen = new Map<string, string>();
  const twice: string[] = [];
  for (const [concept, templates] of ALL) {
    for (const template of templates) {
      // Which value it is makes no difference; nouns (`{relation}`) and the number of values do.
      const words = template
        .toLowerCase()
        .replaceAll(/\{(files|records|links|facts)(:plain)?\}/g, '##')
        .replaceAll(/\{(f|file|p|path|folder|newfolder|d|names|query|matches|dest|text|edits)(:\w+)?\}/g, '#')
        .replaceAll(/[^\w#{|}]+/g, ' ')
        .trim();
      if (seen.has(words)) twice.push(`${concept}: ${template} (also ${seen.get(words)})`);
      seen.set(words, concept);
    }
  }
  expect(twice).toEqual([]);
});

test('each way of asking for several things has a phrase for every concept', () => {
  const lists = [...Object.values(ASKS), GENERIC_ASKS, GENERIC_ASKS_BARE, PARALLEL_STYLES];
  expect(new Set(lists.map(({ length }) => length))).toEqual(new Set([STYLES]));
});
