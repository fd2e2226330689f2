import { z } from 'zod';
import type { PromptTool } from './prompt/prompt-tool.ts';
import type { JsonSchema } from './tool.ts';

/** A call as a chat model writes it. Its arguments are a text that need not be JSON. */
export const ChatCallSchema = z.object({ id: z.string(), name: z.string(), arguments: z.string() });
export type ChatCall = z.infer<typeof ChatCallSchema>;

export type ChatMessage =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string; call?: ChatCall }
  | { role: 'tool'; callId: string; content: string };

export interface ChatRequest {
  messages: readonly ChatMessage[];
  tools?: readonly PromptTool[];
  /** One of the tools has to be called. */
  choice?: 'required';
  /** Most tokens of the answer. */
  maxTokens?: number;
  /** The answer is to be JSON of this form. Not every model can be held to it: who asks validates. */
  form?: { name: string; schema: JsonSchema };
}

export const ChatAnswerSchema = z.object({
  content: z.string(),
  calls: z.array(ChatCallSchema),
  /** Why it ended: `stop` or `tool_calls`; `length` where it was cut off; else the reason for which the answer was withheld. */
  finish: z.string(),
  tokens: z.object({ input: z.number(), output: z.number() }),
  /** How long it took to come, without tries that failed; absent where nobody measured it. */
  latencyMs: z.number().optional(),
});
export type ChatAnswer = z.infer<typeof ChatAnswerSchema>;

/** A model that answers a conversation. */
export interface ChatModel {
  /** @throws ToolkitError where no answer can be had */
  ask(request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer>;
}
