import type { ChatModel } from '../../core/chat-model.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import { type Catalogue, RESPOND, type Tool } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import type { Engine } from '../engine.ts';
import { predictForced } from '../forced-call.ts';
import { predictNative } from '../native.ts';
import type { Prediction } from '../prediction.ts';
import { predictTwoStep, type TwoStepAdapters } from '../two-step.ts';
import { conversationOf } from './conversation.ts';
import { askEndpoint } from './endpoint-step.ts';
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
  /** Who answers where none has. */
  fallback: 'none' | 'base' | ChatModel;
}

export interface StepHooks {
  signal: AbortSignal;
  /** Told the tool's name as soon as it is selected; its arguments follow with the answer. */
  onCall?(name: string): void;
}

const BASE_ALONE: TwoStepAdapters = { argumentsOf: () => undefined };
/** No text has more characters for each token: longer ones are not worth being counted. */
const MOST_CHARACTERS_PER_TOKEN = 32;
/** What a prompt has to leave for the call. */
const ROOM = 64;

/**
 * One step of a conversation that a client holds. With tools of the bundle it is made in two steps by its adapters; where a tool is not in the bundle, by the
 * base with all of them; without tools by the base in words.
 * @throws UnfitRequest where the request cannot be answered as it is
 */
export async function chatStep(parts: StepParts, request: StepRequest, hooks: StepHooks): Promise<StepAnswer> {
  const step = prepare(parts, request, hooks);
  if (request.choice === 'none' || step.matched.tools.length === 0) return inWords(step, []);
  if (!step.inBundle && request.choice === 'auto') return nativeAnswer(step);
  const prediction = await predict(step);
  if (prediction.abstained) return fallBack(step, prediction);
  if (prediction.call === null) return inWords(step, step.matched.tools, prediction);
  return callAnswer(step, prediction, step.inBundle ? 'bundle' : 'base');
}

/** A request in the words of the runtime. */
interface PreparedStep {
  parts: StepParts;
  request: StepRequest;
  hooks: StepHooks;
  matched: MatchedTools;
  messages: Message[];
  /** Whether the bundle's adapters answer. */
  inBundle: boolean;
  /** Tokens of the prompt. */
  promptTokens: number;
  maxTokens: number;
}

function prepare(parts: StepParts, request: StepRequest, hooks: StepHooks): PreparedStep {
  const { catalogue, contextSize } = parts;
  const matched = matchTools(request.tools, catalogue);
  const inBundle = request.tools.length > 0 && matched.unknown.length === 0 && request.model !== 'base';
  const shown = request.choice === 'none' ? [] : matched.tools;
  const foreign = inBundle ? 0 : JSON.stringify(request.tools).length;
  if (JSON.stringify(request.turns).length + foreign > contextSize * MOST_CHARACTERS_PER_TOKEN)
    throw tooLong(contextSize, 'many more');
  const byName = new Map(matched.tools.map((tool) => [matched.nameOf(tool.promptName)!, tool]));
  const messages = conversationOf(request.turns, byName, catalogue);
  const prompt = render(() => parts.renderer.generationPrompt(messages, shown));
  const promptTokens = parts.engine.tokenize(prompt).length;
  if (promptTokens + ROOM > contextSize) throw tooLong(contextSize, `${promptTokens}`);
  const maxTokens = Math.min(request.maxTokens ?? parts.maxTokens, contextSize - promptTokens);
  return { parts, request, hooks, matched, messages, inBundle, promptTokens, maxTokens };
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
  const what = `The conversation and its tools take ${found} tokens, and this server has room for ${contextSize - ROOM}.`;
  return new UnfitRequest(what, 'context_length_exceeded');
}

function optionsOf({ parts, request, hooks, matched, maxTokens }: PreparedStep) {
  const { threshold } = parts;
  const onSelected = ({ promptName }: Tool) => hooks.onCall?.(matched.nameOf(promptName)!);
  return { maxTokens, signal: hooks.signal, onSelected, ...(request.model === 'base' ? {} : { threshold }) };
}

function predict(step: PreparedStep): Promise<Prediction> {
  const { parts, request, matched, messages, inBundle } = step;
  const { engine, renderer } = parts;
  const adapters = inBundle ? parts.adapters : BASE_ALONE;
  // The base's own probabilities are no measure: only the selector is trained to choose.
  const { threshold, ...rest } = optionsOf(step);
  const options = inBundle ? { threshold, ...rest } : rest;
  if (request.choice === 'auto') return predictTwoStep(engine, renderer, adapters, messages, matched.tools, options);
  return predictForced(engine, renderer, adapters, messages, allowedTools(step), options);
}

/** Of those on offer, those that the request lets be called. */
function allowedTools({ request: { choice }, matched }: PreparedStep): readonly Tool[] {
  if (typeof choice === 'string') return matched.tools;
  return matched.tools.filter(({ promptName }) => matched.nameOf(promptName) === choice.name);
}

async function fallBack(step: PreparedStep, { ranked = [], prefilled }: Prediction): Promise<StepAnswer> {
  const { parts, request, hooks, matched, promptTokens } = step;
  const shown = ranked.map(({ promptName, probability }) => ({
    name: promptName === RESPOND ? null : matched.nameOf(promptName)!,
    probability,
  }));
  const about = { abstained: true, ranked: shown };
  const { fallback } = parts;
  if (fallback === 'base') {
    const answer = request.choice === 'auto' ? await nativeAnswer(step) : await baseCall(step);
    return { ...answer, ...about, tokens: { ...answer.tokens, evaluated: answer.tokens.evaluated + prefilled } };
  }
  if (fallback !== 'none') return { ...(await askEndpoint(fallback, request, hooks.signal)), ...about };
  const best = shown[0]!;
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  return {
    by: 'bundle',
    calls: [],
    text: '',
    finish: 'stop',
    refusal: `Not sure enough to choose: ${best.name ?? 'an answer without a tool'} has a probability of ${percent(best.probability)}, less than ${percent(parts.threshold)}.`,
    ...about,
    tokens: { prompt: promptTokens, evaluated: prefilled, completion: 0, sampled: 0 },
  };
}

/** A call by the base where one has to be made. */
async function baseCall(step: PreparedStep): Promise<StepAnswer> {
  const { engine, renderer } = step.parts;
  const { threshold: _, ...options } = optionsOf(step);
  const prediction = await predictForced(engine, renderer, BASE_ALONE, step.messages, allowedTools(step), options);
  return callAnswer(step, prediction, 'base');
}

/** The base with all tools in the prompt writes what it likes. */
async function nativeAnswer(step: PreparedStep): Promise<StepAnswer> {
  const { parts, hooks, matched, messages, maxTokens } = step;
  const options = { maxTokens, signal: hooks.signal };
  const prediction = await predictNative(parts.engine, parts.renderer, undefined, messages, matched.tools, options);
  const { call, text, cut } = prediction;
  if (call !== null && matched.nameOf(call.promptName) !== undefined) return callAnswer(step, prediction, 'base');
  return { ...answerOf(step, prediction, 'base'), text, finish: cut ? 'length' : 'stop' };
}

/**
 * The base says something to the user. It sees the tools, as the selection did, which lets it share the selection's prompt; where it writes a call all the same, it
 * is asked again without them.
 */
async function inWords(step: PreparedStep, shown: readonly Tool[], before?: Prediction): Promise<StepAnswer> {
  const { parts, hooks, messages, maxTokens } = step;
  const options = { maxTokens, signal: hooks.signal };
  const say = (tools: readonly Tool[]) =>
    predictNative(parts.engine, parts.renderer, undefined, messages, tools, options);
  const first = await say(shown);
  const isCall = shown.length > 0 && (first.call !== null || first.malformed !== undefined);
  const said = isCall ? await say([]) : first;
  const { text, cut } = said;
  const earlier = [before, isCall ? first : undefined].filter((one) => one !== undefined);
  const answer = answerOf(step, said, before === undefined ? 'base' : 'bundle', earlier);
  return { ...answer, text, finish: cut ? 'length' : 'stop' };
}

function callAnswer(step: PreparedStep, prediction: Prediction, by: 'bundle' | 'base'): StepAnswer {
  const { call, malformed } = prediction;
  const answer = answerOf(step, prediction, by);
  // Arguments that did not end within the limit are no call.
  if (malformed !== undefined) return { ...answer, finish: 'length' };
  const name = step.matched.nameOf(call!.promptName)!;
  return { ...answer, calls: [{ name, arguments: JSON.stringify(call!.arguments) }], finish: 'tool_calls' };
}

/** What answers have in common. */
function answerOf(
  { parts, request, matched, promptTokens }: PreparedStep,
  prediction: Prediction,
  by: 'bundle' | 'base',
  earlier: readonly Prediction[] = [],
): StepAnswer {
  const all = [...earlier, prediction];
  const ranked = all.find((one) => one.ranked)?.ranked;
  return {
    by,
    calls: [],
    text: '',
    finish: 'stop',
    ...(by === 'base' && request.model === undefined && matched.unknown.length > 0
      ? { notInBundle: matched.unknown }
      : {}),
    ...(ranked === undefined || by === 'base'
      ? {}
      : {
          ranked: ranked.map(({ promptName, probability }) => ({
            name: promptName === RESPOND ? null : matched.nameOf(promptName)!,
            probability,
          })),
        }),
    tokens: {
      prompt: promptTokens,
      evaluated: all.reduce((sum, { prefilled }) => sum + prefilled, 0),
      // With the token that ends the turn.
      completion: parts.engine.tokenize(prediction.text).length + 1,
      sampled: all.reduce((sum, { generated }) => sum + generated, 0),
    },
  };
}
