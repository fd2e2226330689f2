import { expect, test } from 'vitest';
import { BANKS } from '../../../../pipelines/synthesize/phrases/banks.ts';

test('no two ways of asking are the same, also for different tools', () => {
  const seen = new Map<string, string>();
  const twice: string[] = [];
  for (const [concept, bank] of Object.entries(BANKS)) {
    for (const template of [...bank.easy, ...bank.medium, ...bank.hard]) {
      // Which value it is makes no difference; nouns (`{relation}`) and the number of values do.
      const words = template
        .toLowerCase()
        .replaceAll(/\{(files|records|links|facts)(:plain)?\}/g, '##')
        .replaceAll(/\{(f|file|p|path|folder|d|names|query|matches|dest|text|edits)(:\w+)?\}/g, '#')
        .replaceAll(/[^\w#{|}]+/g, ' ')
        .trim();
      if (seen.has(words)) twice.push(`${concept}: ${template} (also ${seen.get(words)})`);
      seen.set(words, concept);
    }
  }
  expect(twice).toEqual([]);
});
