import type { ChatMessage } from '../../../core/chat-model.ts';
import type { Tool } from '../../../core/tool.ts';
import type { Message } from '../../../core/trace.ts';

/** The messages of a trace as chat models take them. */
export function chatMessages(messages: readonly Message[], tools: readonly Tool[]): ChatMessage[] {
  let id = '';
  return messages.map((message, index): ChatMessage => {
    if (message.role === 'tool') return { role: 'tool', callId: id, content: message.content };
    const content = message.content ?? '';
    if (message.role !== 'assistant' || message.call === undefined) return { role: message.role, content };
    const { tool, arguments: args } = message.call;
    id = `call_${index}`;
    const name = tools.find((one) => one.id === tool)?.promptName ?? tool;
    return { role: 'assistant', content, call: { id, name, arguments: JSON.stringify(args) } };
  });
}
