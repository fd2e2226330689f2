import { hashJson } from '../../../core/hash.ts';
import { seededRandom } from '../../../core/random.ts';
import type { Tool } from '../../../core/tool.ts';
import type { Message } from '../../../core/trace.ts';
import { queryTerms } from '../../../runtime/hierarchy/query-terms.ts';
import { textIndex } from '../../../runtime/hierarchy/text-index.ts';
import type { ExamplesSettings } from './system-settings.ts';
import type { Example } from './training-examples.ts';

/** The examples to show before a conversation: never one that calls a tool which is not listed. */
export type ChooseExamples = (messages: readonly Message[], listed: readonly Tool[]) => Example[];

/**
 * Makes what chooses examples for each step.
 * @param examples in a seeded order
 */
export function chooseExamples(
  { count, choose }: ExamplesSettings,
  examples: readonly Example[],
  seed: number,
): ChooseExamples {
  const order = ORDERS[choose](examples, seed);
  return (messages, listed) => {
    const ids = new Set(listed.map(({ id }) => id));
    const chosen = order(messages)
      .filter(({ tool }) => tool === null || ids.has(tool))
      .slice(0, count);
    // The best one stands next to the question.
    return choose === 'nearest' ? chosen.reverse() : chosen;
  };
}

type Order = (messages: readonly Message[]) => Example[];

const ORDERS: Record<ExamplesSettings['choose'], (examples: readonly Example[], seed: number) => Order> = {
  same: (examples) => {
    const spread = spreadOverTools(examples);
    return () => spread;
  },
  seeded: (examples, seed) => (messages) => seededRandom(seed, 'examples', hashJson(messages)).shuffle(examples),
  nearest: byNearness,
};

/** One of each tool, and one without a tool, then a second one of each, and so on. */
function spreadOverTools(examples: readonly Example[]): Example[] {
  const seen = new Map<string | null, number>();
  const ranked = examples.map((example) => {
    const rank = seen.get(example.tool) ?? 0;
    seen.set(example.tool, rank + 1);
    return { example, rank };
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ example }) => example);
}

/** By BM25 of the queries, with the words of the user's messages, the latest counting most. */
function byNearness(examples: readonly Example[]): Order {
  const none = { name: '', parameters: '', parameterDescriptions: '', values: '' };
  const index = textIndex(examples.map(({ query }) => ({ ...none, description: query })));
  return (messages) => {
    const scores = index.scores(queryTerms(messages));
    return examples
      .map((example, at) => ({ example, score: scores[at]! }))
      .sort((a, b) => b.score - a.score)
      .map(({ example }) => example);
  };
}
