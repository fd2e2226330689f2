import { ToolkitError } from '../errors.ts';
import type { Tool } from '../tool.ts';
import type { Message } from '../trace.ts';
import type { TemplateMessage } from './chat-template.ts';
import type { ControlText } from './control-text.ts';
import { orderArguments } from './order-arguments.ts';

/** Some templates insist on an id of nine characters; nothing of ours depends on it, so all calls share one. */
const CALL_ID = 'call00000';

/** An assistant turn that is a call. */
export function callMessage(name: string, args: unknown): TemplateMessage {
  const call = { id: CALL_ID, type: 'function' as const, function: { name, arguments: args } };
  return { role: 'assistant', content: '', tool_calls: [call] };
}

/**
 * A trace's messages in the form that templates take, with control text made harmless. What an assistant says beside a call is left out:
 * a call always starts right at the generation prompt.
 */
export function templateMessages(
  messages: readonly Message[],
  options: {
    tools: ReadonlyMap<string, Tool>;
    /** Tools that are not on offer, of which the conversation may hold calls. */
    unlisted?: (id: string) => Tool | undefined;
    control: ControlText;
    system?: string;
  },
): TemplateMessage[] {
  const { tools, unlisted, control, system } = options;
  const before =
    system !== undefined && messages[0]?.role !== 'system' ? [{ role: 'system' as const, content: system }] : [];
  let called = '';
  const convert = (message: Message): TemplateMessage => {
    if (message.role === 'assistant' && message.call) {
      const { tool: id } = message.call;
      const tool = tools.get(id) ?? unlisted?.(id) ?? refuse(id, tools);
      called = tool.promptName;
      return callMessage(called, control.neutralise(orderArguments(tool.inputSchema, message.call.arguments)));
    }
    const content = control.neutralise(message.content ?? '');
    if (message.role === 'tool') return { role: 'tool', content, tool_call_id: CALL_ID, name: called };
    return { role: message.role, content: message.role === 'assistant' ? content.trim() : content };
  };
  return [...before, ...messages.map(convert)];
}

function refuse(id: string, tools: ReadonlyMap<string, Tool>): never {
  throw new ToolkitError({
    kind: 'input',
    what: 'a conversation calls a tool that is not on offer',
    found: id,
    expected: `one of ${[...tools.keys()].join(', ')}`,
  });
}
