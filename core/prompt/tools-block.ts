import type { ChatTemplate, TemplateInput, TemplateMessage } from './chat-template.ts';
import type { PromptTool } from './prompt-tool.ts';

type Render = (input: Omit<TemplateInput, 'tools'>) => string;

/** Stands for the real tools while the rest of a conversation is rendered. */
const STAND_IN: PromptTool[] = [
  { type: 'function', function: { name: 'standin', description: '', parameters: { type: 'object', properties: {} } } },
];

/**
 * Renders conversations on one list of tools without printing the list anew each time: the conversation is rendered with one small
 * stand-in tool, and what the template makes of the real tools is put in its place. Where that does not give what the template gives
 * (tools that are not at the beginning of the text), it renders in full.
 */
export function rendererFor(
  template: ChatTemplate,
  tools: readonly PromptTool[],
  system: TemplateMessage | undefined,
): Render {
  const inFull: Render = (input) => template.render({ ...input, tools });
  if (tools.length === 0) return inFull;
  const before = system === undefined ? [] : [system];
  const user = { role: 'user', content: 'a' } as const;
  const probe = { messages: [...before, user], generate: true };
  const [short, full] = [template.render({ ...probe, tools: STAND_IN }), inFull(probe)];
  const end = commonEnd(short, full);
  const [shortHead, fullHead] = [short.slice(0, short.length - end), full.slice(0, full.length - end)];
  const quick: Render = (input) => {
    const text = template.render({ ...input, tools: STAND_IN });
    return text.startsWith(shortHead) ? fullHead + text.slice(shortHead.length) : inFull(input);
  };
  const longer = { messages: [...before, user, { role: 'assistant', content: 'b' } as const, user], generate: true };
  return quick(longer) === inFull(longer) ? quick : inFull;
}

function commonEnd(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a.at(-1 - length) === b.at(-1 - length)) length += 1;
  return length;
}
