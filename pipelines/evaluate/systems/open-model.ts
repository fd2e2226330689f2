import { resolve } from 'node:path';
import type { ChatAnswer, ChatRequest } from '../../../core/chat-model.ts';
import type { Context } from '../../../core/context.ts';
import { ToolkitError } from '../../../core/errors.ts';
import { createRenderer } from '../../../core/prompt/create-renderer.ts';
import { loadPromptSource } from '../../../core/prompt/load-renderer.ts';
import type { PromptSettings, Renderer } from '../../../core/prompt/renderer.ts';
import type { Engine } from '../../../runtime/engine.ts';
import { freeThreads } from '../../../runtime/free-threads.ts';
import { openLlamaCpp } from '../../../runtime/llama-cpp.ts';
import { baseFolder } from '../../base-folder.ts';
import { LIMITS, openBoundedChatModel } from '../../synthesize/chat/bounded-chat-model.ts';
import { BudgetUsedUp } from '../../synthesize/chat/budget.ts';
import type { EndpointSettings } from '../../synthesize/chat/endpoint-settings.ts';
import type { GgufModelSettings, ModelSettings } from './model-settings.ts';
import { NoAnswer } from './no-answer.ts';

/** A base in an engine, with what renders its prompts. */
export interface LocalModel {
  kind: 'local';
  engine: Engine;
  renderer: Renderer;
  /** The same, but all tools in the arguments prompt. */
  allTools: Renderer;
}

/** A chat model behind an endpoint. */
export interface EndpointModel {
  kind: 'endpoint';
  /** How tools and the system message are shown to it. */
  settings: PromptSettings;
  /** Requests that it takes at once. */
  concurrency: number;
  /** @throws NoAnswer where none can be had; ToolkitError where asking on makes no sense */
  ask(request: ChatRequest): Promise<ChatAnswer>;
}

export type OpenModel = LocalModel | EndpointModel;

/** What is the same for all models. */
export interface ModelLimits {
  /** How tools and the system message are shown: as the bundle's adapters see them. */
  settings: PromptSettings;
  /** Most tokens of one generation. */
  maxTokens: number;
  /** Most tokens of prompt and answer together. */
  contextSize: number;
}

/**
 * Opens a model of `evaluate.models`. An endpoint's answers are kept in the workspace, as the teacher's are.
 * @throws ToolkitError (input) where the API key or a file is missing
 */
export function openModel(
  context: Context,
  name: string,
  settings: ModelSettings,
  limits: ModelLimits,
): Promise<OpenModel> {
  return 'gguf' in settings
    ? openLocalModel(context, settings, limits)
    : openEndpoint(context, `evaluate.models.${name}`, settings, limits);
}

async function openLocalModel(
  context: Context,
  { gguf, base }: GgufModelSettings,
  { settings, contextSize }: ModelLimits,
): Promise<LocalModel> {
  const source = await loadPromptSource(baseFolder(context, base));
  const renderer = createRenderer({ ...source, settings });
  const allTools = createRenderer({ ...source, settings: { ...settings, argumentTools: 'all' } });
  const engine = await openLlamaCpp({ model: resolve(context.workspace, gguf), contextSize, threads: freeThreads() });
  return { kind: 'local', engine, renderer, allTools };
}

async function openEndpoint(
  context: Context,
  setting: string,
  endpoint: EndpointSettings,
  { settings, maxTokens }: ModelLimits,
): Promise<EndpointModel> {
  const { concurrency, parameters: own } = endpoint;
  // What a reasoning model thinks counts too: the settings may give it a limit of its own.
  const parameters = LIMITS.some((limit) => limit in own) ? own : { ...own, max_completion_tokens: maxTokens };
  const model = await openBoundedChatModel(context, { ...endpoint, parameters }, { setting, goesOn: true });
  return {
    kind: 'endpoint',
    settings,
    concurrency,
    ask: (request) =>
      model.ask(request).catch((error: unknown) => {
        context.signal.throwIfAborted();
        throw error instanceof ToolkitError && !(error instanceof BudgetUsedUp) ? new NoAnswer(error) : error;
      }),
  };
}
