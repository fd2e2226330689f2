import type { Random } from '../../core/random.ts';
import type { Message } from '../../core/trace.ts';
import { answerFor } from './answer.ts';
import type { ToolModel } from './concepts.ts';
import type { GoodCall } from './good-call.ts';
import { toolMessage, type Workshop } from './workshop.ts';

/** What stands behind a trace's only call: its result, and now and then an answer; nothing where it was not run. @param share of those with an answer */
export function endingOf(
  workshop: Workshop,
  model: ToolModel,
  { args, result }: GoodCall,
  { random, share }: { random: Random; share: number },
): Message[] {
  if (!result.executed) return [];
  const message = toolMessage(workshop, result);
  return random.chance(share)
    ? [message, { role: 'assistant', content: answerFor(random, model.concept, { args, content: result.content }) }]
    : [message];
}
