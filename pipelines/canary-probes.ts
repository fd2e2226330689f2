import type { Renderer } from '../core/prompt/renderer.ts';
import type { Catalogue, Tool } from '../core/tool.ts';
import type { Message } from '../core/trace.ts';
import type { Canary } from '../runtime/canary.ts';
import type { Engine } from '../runtime/engine.ts';
import type { TwoStepAdapters } from '../runtime/two-step.ts';

const MESSAGES: Message[] = [{ role: 'user', content: 'Hello' }];
/** Each may be a request. */
const MOST_SCORED = 4;
/** Of the prompt's end so many tokens are enough: what is asked for is no good answer, but always the same one. */
const PROMPT_TOKENS = 48;

/** Short questions to a bundle's adapters, as the runtime asks them: of the tool that is described in the fewest words. */
export function canaryProbes(
  { tokenize }: Pick<Engine, 'tokenize'>,
  renderer: Renderer,
  adapters: TwoStepAdapters,
  { tools }: Pick<Catalogue, 'tools'>,
): Canary['probes'] {
  const tool = shortest(tools.filter((one) => adapters.argumentsOf(one) !== undefined)) ?? shortest(tools)!;
  const probe = (prompt: string, answer: string) => {
    const tokens = tokenize(prompt);
    return { tokens: [...tokens, ...tokenize(answer).slice(0, MOST_SCORED)], from: tokens.length };
  };
  const name = probe(renderer.selectorPrompt(MESSAGES, [tool]), renderer.nameSpan(tool.promptName));
  const args = probe(renderer.argumentsPrompt(MESSAGES, [tool], tool.promptName), renderer.argumentsSpan(tool, {}));
  // From one place on: both begin alike, so that one could find what the other left.
  const start = Math.max(0, name.from - PROMPT_TOKENS);
  const cut = ({ tokens, from }: typeof name) => ({ tokens: tokens.slice(start), from: from - start });
  return [
    { ...cut(name), adapter: adapters.selector },
    { ...cut(args), adapter: adapters.argumentsOf(tool) },
    cut(name),
  ];
}

function shortest(tools: readonly Tool[]): Tool | undefined {
  const length = ({ description, inputSchema }: Tool) => description.length + JSON.stringify(inputSchema).length;
  return tools.toSorted((left, right) => length(left) - length(right))[0];
}
