import type { JsonSchema } from '../../core/tool.ts';

/** A tool as a client offers it. */
export interface OfferedTool {
  name: string;
  description: string;
  parameters: JsonSchema;
}

/** One turn of a conversation as clients hold them: tools go by the client's names. */
export type ChatTurn =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string; calls: readonly ChatTurnCall[] };

/** A call of the past, with what it brought. */
export interface ChatTurnCall {
  name: string;
  arguments: Record<string, unknown>;
  result: string;
}

/** Whether a tool is to be called: as the model thinks, never, in any case, or this one. */
export type StepChoice = 'auto' | 'none' | 'required' | { name: string };

/** What one step is asked for. */
export interface StepRequest {
  turns: readonly ChatTurn[];
  /** With distinct names. */
  tools: readonly OfferedTool[];
  choice: StepChoice;
  /** Most tokens to generate; absent: what is usual. */
  maxTokens?: number;
  /** Texts at the first of which an answer in words ends; they are not part of it. */
  stops?: readonly string[];
  /** `base`: without adapters; absent: with those of the bundle. */
  model?: 'base';
}
