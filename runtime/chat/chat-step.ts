import type { ChatModel } from '../../core/chat-model.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import { RESPOND, type Tool } from '../../core/tool.ts';
import { predictNative } from '../native.ts';
import type { Prediction, PredictOptions, RankedName } from '../prediction.ts';
import { predictTwoStep, type TwoStepAdapters } from '../two-step.ts';
import { askEndpoint } from './endpoint-step.ts';
import { type PreparedStep, prepareStep, type StepHooks, type StepParts } from './prepared-step.ts';
import type { StepAnswer } from './step-answer.ts';
import type { StepRequest } from './step-request.ts';
import { cutAtStop } from './stop-texts.ts';

const BASE_ALONE: TwoStepAdapters = { argumentsOf: () => undefined };

/** A step that an endpoint is to make, and what is told of the selection that was not sure enough. */
interface Handover {
  endpoint: ChatModel;
  about: Pick<StepAnswer, 'abstained' | 'ranked'>;
}

/**
 * One step of a conversation that a client holds. With tools of the bundle it is made in two steps by its adapters; where a tool is not in the bundle, by the
 * base with all of them; without tools by the base in words.
 * @throws UnfitRequest where the request cannot be answered as it is; EndpointFailure where the endpoint gives no answer
 */
export async function chatStep(parts: StepParts, request: StepRequest, hooks: StepHooks): Promise<StepAnswer> {
  const { engineTurn = (work) => work() } = hooks;
  const made = await engineTurn(() => engineStep(parts, request, hooks));
  const answer =
    'endpoint' in made ? { ...(await askEndpoint(made.endpoint, request, hooks.signal)), ...made.about } : made;
  return endAtStop(parts.engine, request, answer);
}

/** What the engine makes of a step. */
async function engineStep(parts: StepParts, request: StepRequest, hooks: StepHooks): Promise<StepAnswer | Handover> {
  const step = prepareStep(parts, request, hooks);
  if (step.tools.length === 0) return inWords(step, []);
  if (!step.inBundle && request.choice === 'auto') return nativeAnswer(step);
  const prediction = await predict(step);
  if (prediction.abstained) return fallBack(step, prediction);
  if (prediction.call === null) return inWords(step, step.tools, prediction);
  return callAnswer(step, prediction, step.inBundle ? 'bundle' : 'base');
}

function predict(step: PreparedStep): Promise<Prediction> {
  const { parts, request, tools, messages, inBundle } = step;
  const { engine, renderer, threshold } = parts;
  // The base's own probabilities are no measure: only the selector is trained to choose.
  const options = { ...optionsOf(step), ...(inBundle ? { threshold } : {}) };
  const adapters = inBundle ? parts.adapters : BASE_ALONE;
  if (request.choice === 'auto') return predictTwoStep(engine, renderer, adapters, messages, tools, options);
  return predictTwoStep(engine, renderer, adapters, messages, allowedTools(step), { ...options, mustCall: true });
}

function optionsOf(step: PreparedStep) {
  const { hooks, matched, maxTokens, inBundle } = step;
  const onSelected = ({ promptName }: Tool, ranked?: readonly RankedName[]) =>
    hooks.onCall?.(matched.nameOf(promptName)!, inBundle && ranked ? shownRanks(step, ranked) : undefined);
  return { maxTokens, signal: hooks.signal, onSelected };
}

/** Of those on offer, those that the request lets be called. */
function allowedTools({ request: { choice }, matched, tools }: PreparedStep): readonly Tool[] {
  if (typeof choice === 'string') return tools;
  return matched.tools.filter(({ promptName }) => matched.nameOf(promptName) === choice.name);
}

async function fallBack(step: PreparedStep, { ranked = [], prefilled }: Prediction): Promise<StepAnswer | Handover> {
  const { parts, request, promptTokens } = step;
  const shown = shownRanks(step, ranked);
  const about = { abstained: true, ranked: shown };
  const { fallback } = parts;
  if (fallback === 'base') {
    const answer = request.choice === 'auto' ? await nativeAnswer(step) : await baseCall(step);
    return { ...answer, ...about, tokens: { ...answer.tokens, evaluated: answer.tokens.evaluated + prefilled } };
  }
  if (fallback !== 'none') return { endpoint: fallback, about };
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
  const allowed = allowedTools(step);
  const options = { ...optionsOf(step), mustCall: true };
  const prediction = await predictTwoStep(engine, renderer, BASE_ALONE, step.messages, allowed, options);
  return callAnswer(step, prediction, 'base');
}

/** The base with all tools in the prompt writes what it likes. */
async function nativeAnswer(step: PreparedStep): Promise<StepAnswer> {
  const { parts, hooks, matched, tools, messages, maxTokens } = step;
  const options = { maxTokens, signal: hooks.signal, onText: teller(step, 'base') };
  const prediction = await predictNative(parts.engine, parts.renderer, undefined, messages, tools, options);
  const { call, cut } = prediction;
  const text = wordsIn(step, prediction);
  if (call !== null && matched.nameOf(call.promptName) !== undefined)
    return { ...callAnswer(step, prediction, 'base'), text };
  return {
    ...answerOf(step, prediction, 'base'),
    text: text || prediction.text.trim(),
    finish: cut ? 'length' : 'stop',
  };
}

/**
 * The base says something to the user. It sees the tools, as the selection did, which lets it share the selection's prompt; where it writes a call and no word
 * before it all the same, it is asked again, held to words.
 */
async function inWords(step: PreparedStep, shown: readonly Tool[], before?: Prediction): Promise<StepAnswer> {
  const { parts, hooks, messages, maxTokens } = step;
  const { engine, renderer } = parts;
  const by = before === undefined ? 'base' : 'bundle';
  const options = { maxTokens, signal: hooks.signal, onText: teller(step, by) };
  const first = await predictNative(engine, renderer, undefined, messages, shown, options);
  const isCall = shown.length > 0 && isNoAnswer(first) && wordsIn(step, first) === '';
  // In the same prompt, which is known.
  const held = { ...options, grammar: noCall(renderer, shown) };
  const said = isCall ? await predictNative(engine, renderer, undefined, messages, shown, held) : first;
  const earlier = [before, isCall ? first : undefined].filter((one) => one !== undefined);
  return { ...answerOf(step, said, by, earlier), text: wordsIn(step, said), finish: said.cut ? 'length' : 'stop' };
}

/** The grammar of what does not begin as a call does. */
function noCall(renderer: Renderer, [tool]: readonly Tool[]): string | undefined {
  if (tool === undefined) return;
  const opening = renderer
    .completion({ call: { tool, arguments: {} }, content: '' })
    .trimStart()
    .codePointAt(0)!;
  return `root ::= [^ \\t\\r\\n\\x${opening.toString(16).padStart(2, '0')}] [^\\x00]*`;
}

function isNoAnswer({ call, malformed }: Prediction): boolean {
  return call !== null || malformed !== undefined;
}

/** What of a step that was written freely is said to the user: all of it, or what stands before a call. */
function wordsIn({ parts: { renderer } }: PreparedStep, prediction: Prediction): string {
  return isNoAnswer(prediction) ? renderer.wordsSoFar(prediction.text) : prediction.text;
}

/** Tells words, and that they are enough where they hold a text that ends them. */
function teller({ hooks, request: { stops = [] } }: PreparedStep, by: StepAnswer['by']): PredictOptions['onText'] {
  let said = '';
  return (piece) => {
    said += piece;
    hooks.onText?.(piece, by);
    return cutAtStop(said, stops) === said;
  };
}

/** The answer up to the first of the texts that end it. */
function endAtStop({ tokenize }: StepParts['engine'], { stops = [] }: StepRequest, answer: StepAnswer): StepAnswer {
  const text = cutAtStop(answer.text, stops);
  if (text === answer.text || answer.calls.length > 0) return { ...answer, text };
  return { ...answer, text, finish: 'stop', tokens: { ...answer.tokens, completion: tokenize(text).length } };
}

function callAnswer(step: PreparedStep, prediction: Prediction, by: 'bundle' | 'base'): StepAnswer {
  const { text, malformed } = prediction;
  const { promptName, arguments: args } = prediction.call!;
  const name = step.matched.nameOf(promptName)!;
  const answer = answerOf(step, prediction, by);
  if (malformed === undefined)
    return { ...answer, calls: [{ name, arguments: JSON.stringify(args) }], finish: 'tool_calls' };
  return { ...answer, calls: [{ name, arguments: cutArguments(step, promptName, text) }], finish: 'length' };
}

/** Of a call whose arguments did not end within the limit, as far as they were written. */
function cutArguments({ parts: { renderer }, matched }: PreparedStep, promptName: string, text: string): string {
  const tool = matched.tools.find((one) => one.promptName === promptName)!;
  const empty = renderer.completion({ call: { tool, arguments: {} }, content: '' });
  return text.slice(empty.length - renderer.argumentsSpan(tool, {}).length).trim();
}

/** What answers have in common. */
function answerOf(
  step: PreparedStep,
  prediction: Prediction,
  by: 'bundle' | 'base',
  earlier: readonly Prediction[] = [],
): StepAnswer {
  const { parts, request, matched, promptTokens } = step;
  const all = [...earlier, prediction];
  const ranked = by === 'bundle' ? all.find((one) => one.ranked)?.ranked : undefined;
  const isStrange = by === 'base' && request.model === undefined && matched.unknown.length > 0;
  return {
    by,
    calls: [],
    text: '',
    finish: 'stop',
    ...(isStrange ? { notInBundle: matched.unknown } : {}),
    ...(ranked === undefined ? {} : { ranked: shownRanks(step, ranked) }),
    tokens: {
      prompt: promptTokens,
      evaluated: all.reduce((sum, { prefilled }) => sum + prefilled, 0),
      // With the token that ends the turn.
      completion: parts.engine.tokenize(prediction.text).length + 1,
      sampled: all.reduce((sum, { generated }) => sum + generated, 0),
    },
  };
}

function shownRanks({ matched }: PreparedStep, ranked: readonly RankedName[]): StepAnswer['ranked'] & {} {
  return ranked.map(({ promptName, probability }) => ({
    name: promptName === RESPOND ? null : matched.nameOf(promptName)!,
    probability,
  }));
}
