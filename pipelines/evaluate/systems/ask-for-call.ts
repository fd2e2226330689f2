import type { ChatAnswer, ChatRequest } from '../../../core/chat-model.ts';
import { promptTool } from '../../../core/prompt/prompt-tool.ts';
import type { Tool } from '../../../core/tool.ts';
import { ArgumentsSchema, type Message } from '../../../core/trace.ts';
import type { Prediction } from '../../../runtime/prediction.ts';
import { chatMessages } from '../../synthesize/chat/chat-messages.ts';
import type { EndpointModel } from './open-model.ts';

/** Ends of an answer in which the model has said what it had to say. */
const WHOLE = new Set(['stop', 'tool_calls', 'refusal']);

/**
 * Has a model behind an endpoint make a step, by the endpoint's own tools. Of several calls the first counts, as with any other system.
 * @param choice whether one of the tools has to be called
 * @throws as `EndpointModel.ask`
 */
export async function askForCall(
  model: EndpointModel,
  messages: readonly Message[],
  tools: readonly Tool[],
  { onOffer = tools, choice }: { onOffer?: readonly Tool[]; choice?: ChatRequest['choice'] } = {},
): Promise<Prediction> {
  const { settings } = model;
  const before =
    settings.system !== undefined && messages[0]?.role !== 'system'
      ? [{ role: 'system' as const, content: settings.system }]
      : [];
  const answer = await model.ask({
    messages: chatMessages([...before, ...messages], tools),
    tools: onOffer.map((tool) => promptTool(tool, settings)),
    ...(choice !== undefined && { choice }),
  });
  const { latencyMs = 0, tokens } = answer;
  return { ...readAnswer(answer), latencyMs, prefilled: tokens.input, generated: tokens.output };
}

function readAnswer({
  calls: [written],
  content,
  finish,
}: ChatAnswer): Pick<Prediction, 'call' | 'text' | 'malformed'> {
  if (written === undefined)
    return {
      call: null,
      text: content,
      ...(!WHOLE.has(finish) && { malformed: `the answer is not whole: ${finish}` }),
    };
  const { name: promptName, arguments: text } = written;
  const args = ArgumentsSchema.safeParse(parsed(text));
  const call = { promptName, arguments: args.success ? args.data : null };
  const shown = JSON.stringify(written);
  return { call, text: shown, ...(!args.success && { malformed: 'the arguments are no JSON object' }) };
}

/** `undefined` where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text.trim() === '' ? '{}' : text);
  } catch {
    return undefined;
  }
}
