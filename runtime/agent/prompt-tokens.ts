import type { Tool } from '../../core/tool.ts';
import { conversationOf } from '../chat/conversation.ts';
import type { StepParts } from '../chat/prepared-step.ts';
import type { ChatTurn } from '../chat/step-request.ts';

/** How many tokens the prompt of a conversation has with these tools on offer. */
export function promptTokens(
  { engine, renderer, catalogue }: Pick<StepParts, 'engine' | 'renderer' | 'catalogue'>,
  turns: readonly ChatTurn[],
  tools: readonly Tool[],
): number {
  const onOffer = new Map(tools.map((tool) => [tool.promptName, tool]));
  return engine.tokenize(renderer.generationPrompt(conversationOf(turns, onOffer, catalogue), tools)).length;
}
