import type { ChatModel } from '../../core/chat-model.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import type { Catalogue, Tool } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import { MOST_CHARACTERS_PER_TOKEN } from '../characters-per-token.ts';
import type { Engine } from '../engine.ts';
import { type Hierarchy, listTools } from '../hierarchy.ts';
import type { TwoStepAdapters } from '../two-step.ts';
import { conversationOf } from './conversation.ts';
import { type MatchedTools, matchTools } from './match-tools.ts';
import type { StepAnswer } from './step-answer.ts';
import type { StepRequest } from './step-request.ts';
import { UnfitRequest } from './unfit-request.ts';

/** What steps are made with. */
export interface StepParts {
  engine: Engine;
  /** One that takes calls of tools which are not on offer (`unlistedTools`). */
  renderer: Renderer;
  adapters: TwoStepAdapters;
  catalogue: Catalogue;
  /** Of the engine. */
  contextSize: number;
  /** Most tokens of one generation where the request does not say. */
  maxTokens: number;
  /** Share of the probability that the best candidate has to have. */
  threshold: number;
  /** Chooses, of many tools of the bundle on offer, those that prompts list. Absent: they list all. */
  hierarchy?: Hierarchy;
  /** Who answers where none has. */
  fallback: 'none' | 'base' | ChatModel;
}

export interface StepHooks {
  signal: AbortSignal;
  /** Does what needs the engine, when it is its turn; an endpoint is asked outside. Absent: at once. */
  engineTurn?<T>(work: () => Promise<T>): Promise<T>;
  /** Told the tool's name as soon as it is selected, with the candidates of a selection by the bundle; its arguments follow with the answer. */
  onCall?(name: string, ranked?: StepAnswer['ranked']): void;
  /** Told what is said to the user in pieces, as far as it is written; what was not told follows with the answer. */
  onText?(piece: string, by: StepAnswer['by']): void;
}

/** What a prompt has to leave for the call. */
const ROOM = 64;

/** A request in the words of the runtime. */
export interface PreparedStep {
  parts: StepParts;
  request: StepRequest;
  hooks: StepHooks;
  matched: MatchedTools;
  /** Those of the matched tools that prompts list. */
  tools: readonly Tool[];
  messages: Message[];
  /** Whether the bundle's adapters answer. */
  inBundle: boolean;
  /** Tokens of the prompt. */
  promptTokens: number;
  maxTokens: number;
}

/** Reads a request, and sees that there is room for it. @throws UnfitRequest where it cannot be answered as it is */
export function prepareStep(parts: StepParts, request: StepRequest, hooks: StepHooks): PreparedStep {
  const { catalogue, contextSize } = parts;
  const matched = matchTools(request.tools, catalogue);
  const inBundle = request.tools.length > 0 && matched.unknown.length === 0 && request.model !== 'base';
  const foreign = inBundle ? 0 : JSON.stringify(request.tools).length;
  if (JSON.stringify(request.turns).length + foreign > contextSize * MOST_CHARACTERS_PER_TOKEN)
    throw tooLong(contextSize, 'many more tokens');
  const byName = new Map(matched.tools.map((tool) => [matched.nameOf(tool.promptName)!, tool]));
  const messages = conversationOf(request.turns, byName, catalogue);
  // The whole step is made with them, the answer in words too, so that all its prompts begin alike.
  const listed = inBundle ? listTools(parts.hierarchy, messages, matched.tools) : matched.tools;
  const tools = request.choice === 'none' ? [] : listed;
  const prompt = render(() => parts.renderer.generationPrompt(messages, tools));
  const promptTokens = parts.engine.tokenize(prompt).length;
  if (promptTokens + ROOM > contextSize) throw tooLong(contextSize, `${promptTokens} tokens`);
  const maxTokens = Math.min(request.maxTokens ?? parts.maxTokens, contextSize - promptTokens);
  return { parts, request, hooks, matched, tools, messages, inBundle, promptTokens, maxTokens };
}

/** Tokens of the prompt of a step with these tools of the bundle on offer, which go by their prompt names. */
export function promptTokens(
  { engine, renderer, catalogue, hierarchy }: Pick<StepParts, 'engine' | 'renderer' | 'catalogue' | 'hierarchy'>,
  turns: StepRequest['turns'],
  onOffer: readonly Tool[],
): number {
  const byName = new Map(onOffer.map((tool) => [tool.promptName, tool]));
  const messages = conversationOf(turns, byName, catalogue);
  return engine.tokenize(renderer.generationPrompt(messages, listTools(hierarchy, messages, onOffer))).length;
}

/** A template may refuse a conversation, and tools of clients may have names that cannot be told apart by tokens. */
function render(make: () => string): string {
  try {
    return make();
  } catch (error) {
    if (error instanceof ToolkitError && error.kind === 'input') throw new UnfitRequest(error.details.what);
    throw error;
  }
}

function tooLong(contextSize: number, found: string): UnfitRequest {
  const what = `The conversation and its tools take ${found}; there is room for ${contextSize - ROOM} tokens.`;
  return new UnfitRequest(what, 'context_length_exceeded');
}
