import { expect, test } from 'vitest';
import { chooseExamples } from '../../../../pipelines/evaluate/systems/choose-examples.ts';
import type { ExamplesSettings } from '../../../../pipelines/evaluate/systems/system-settings.ts';
import type { Example } from '../../../../pipelines/evaluate/systems/training-examples.ts';
import { TOOLS } from '../evaluation-workspace.ts';

const [READ, WRITE, LIST] = TOOLS.map(({ id }) => id);
const example = (query: string, tool: string | null): Example => ({
  query,
  tool,
  messages: [{ role: 'user', content: query }],
});
const EXAMPLES = [
  example('Show me the letter to Ann.', READ!),
  example('What does the bill say?', READ!),
  example('Keep the bill in a file.', WRITE!),
  example('Thank you.', null),
  example('Which letters are there?', LIST!),
];

function chosen(choose: ExamplesSettings['choose'], count: number, query: string, listed = TOOLS): string[] {
  const examples = chooseExamples({ count, choose }, EXAMPLES, 1);
  return examples([{ role: 'user', content: query }], listed).map((one) => one.query);
}

test('the nearest stand next to the question, the best one last', () => {
  expect(chosen('nearest', 2, 'What says the bill of May?')).toEqual([
    'Keep the bill in a file.',
    'What does the bill say?',
  ]);
});

test('the same ones are of as many tools as there are', () => {
  expect(chosen('same', 4, 'anything')).toEqual([0, 2, 3, 4].map((at) => EXAMPLES[at]!.query));
  expect(chosen('same', 5, 'another thing')).toHaveLength(5);
});

test.each(['same', 'seeded', 'nearest'] as const)('none is of a tool that is not listed: %s', (choose) => {
  const listed = TOOLS.filter(({ id }) => id === LIST);
  expect(chosen(choose, 5, 'the bill', listed).toSorted()).toEqual(['Thank you.', 'Which letters are there?']);
});
