import type { Renderer } from '../../core/prompt/renderer.ts';
import type { Tool } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import type { Prompts } from '../evaluate/open-systems.ts';
import { generationLimit } from '../generation-limit.ts';
import { rightArguments } from '../scoring/possible-values.ts';
import type { BfclCase } from './bfcl-case.ts';

/** Tokens that follow a selector's prompt in that of the arguments: the name, and what stands around it. */
const NAME_TOKENS = 64;
/** Of so many cases with the most characters one has the most tokens, but for rare texts. */
const CANDIDATES = 16;

/** Tokens of the longest prompt that a system makes of a step. */
export function promptTokens(
  messages: readonly Message[],
  tools: readonly Tool[],
  { renderer, tokenizer }: Pick<Prompts, 'renderer' | 'tokenizer'>,
): number {
  return tokenizer.encode(renderer.selectorPrompt(messages, tools)).length + NAME_TOKENS;
}

/** About the tokens of the longest prompt of all questions. */
export function longestPrompt(cases: readonly BfclCase[], prompts: Prompts): number {
  const sized = cases.map((one) => ({ one, size: JSON.stringify([one.messages, one.tools]).length }));
  const longest = sized.sort((a, b) => b.size - a.size).slice(0, CANDIDATES);
  return Math.max(0, ...longest.map(({ one }) => promptTokens(one.messages, one.tools, prompts)));
}

/** Most tokens of one generation, the same for all: twice the longest right answer, all its calls in one turn. */
export function answerLimit(
  cases: readonly BfclCase[],
  renderer: Renderer,
  tokenize: (text: string) => number[],
): number {
  const lengths = cases.map(({ gold, tools }) => {
    const calls = gold.map((call) => {
      const tool = tools.find((one) => one.name === call.name)!;
      return renderer.completion({ call: { tool, arguments: rightArguments(call) }, content: '' });
    });
    return tokenize(calls.join('')).length;
  });
  return generationLimit(lengths.reduce((most, length) => Math.max(most, length), 0));
}
