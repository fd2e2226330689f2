import type { Renderer } from '../core/prompt/renderer.ts';
import type { Catalogue, Tool } from '../core/tool.ts';
import type { Message } from '../core/trace.ts';
import type { Canary } from '../runtime/canary.ts';
import type { Engine } from '../runtime/engine.ts';
import type { TwoStepAdapters } from '../runtime/two-step.ts';

const MESSAGES: Message[] = [{ role: 'user', content: 'Hello' }];
/** Each may be a request. */
const MOST_SCORED = 4;

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
  return [{ ...name, adapter: adapters.selector }, { ...args, adapter: adapters.argumentsOf(tool) }, name];
}

function shortest(tools: readonly Tool[]): Tool | undefined {
  const length = ({ description, inputSchema }: Tool) => description.length + JSON.stringify(inputSchema).length;
  return tools.toSorted((left, right) => length(left) - length(right))[0];
}
