import type { Renderer } from '../core/prompt/renderer.ts';
import { RESPOND, type Tool } from '../core/tool.ts';
import type { Message } from '../core/trace.ts';
import { fillArguments } from './arguments.ts';
import { calibrated } from './calibrated.ts';
import type { AdapterFile, Engine } from './engine.ts';
import type { CandidateOptions, ToolIndex } from './hierarchy.ts';
import { meteredSessions } from './metered-sessions.ts';
import { predictNative } from './native.ts';
import type { Prediction, PredictOptions, RankedName } from './prediction.ts';
import { selectName } from './selector.ts';
import { isUnsure } from './threshold.ts';

export interface TwoStepAdapters {
  /** Absent: the base selects. */
  selector?: AdapterFile;
  /** Of the selector's probabilities (`calibrated`). Absent: they are taken as they are. */
  temperature?: number;
  /** The adapter that writes a tool's arguments; `undefined`: the base does. */
  argumentsOf(tool: Tool): AdapterFile | undefined;
}

export interface TwoStepOptions extends PredictOptions {
  /** Whether the base writes an answer where no tool is needed. */
  respondText?: boolean;
  /** Where the best candidate has a smaller share of the probability, none is taken: `abstained`. */
  threshold?: number;
  /** Told the tool that was selected, and the candidates where there were several, before its arguments are written. */
  onSelected?(tool: Tool, ranked?: readonly RankedName[]): void;
  /** Chooses, of many tools, those that the prompts list. Absent: they list all. */
  hierarchy?: Hierarchy;
}

/** What chooses tools, and how many (see `CandidateOptions`). */
export interface Hierarchy extends Pick<CandidateOptions, 'limit' | 'small'> {
  index: ToolIndex;
}

/**
 * One step by decoupled adapters: the selector picks a tool or to respond, then that tool's adapter writes the arguments.
 * Where the arguments are malformed the call stands, as the selection is made, and its arguments are `null`.
 */
export async function predictTwoStep(
  engine: Engine,
  renderer: Renderer,
  adapters: TwoStepAdapters,
  messages: readonly Message[],
  onOffer: readonly Tool[],
  options: TwoStepOptions,
): Promise<Prediction> {
  const { open, cost } = meteredSessions(engine);
  const tools = options.hierarchy?.index.candidates(messages, { ...options.hierarchy, among: onOffer }) ?? onOffer;
  const names = [...tools.map(({ promptName }) => promptName), RESPOND];
  const prompt = renderer.selectorPrompt(messages, tools);
  const selector = await open(adapters.selector);
  const selection = await selectName(engine, selector, renderer, prompt, names, options.signal);
  const { promptName } = selection;
  const ranked = selection.ranked && calibrated(selection.ranked, adapters.temperature);
  if (isUnsure(ranked, options.threshold)) return { call: null, text: '', ranked, abstained: true, ...cost() };
  const tool = tools.find((candidate) => candidate.promptName === promptName);
  if (tool === undefined) return respond();
  options.onSelected?.(tool, ranked);
  const openArguments = () => open(adapters.argumentsOf(tool));
  const filled = await fillArguments({ engine, renderer }, openArguments, tool, { messages, tools }, options);
  const { text, malformed } = filled;
  return { text, malformed, call: { promptName, arguments: filled.arguments }, ranked, ...cost() };

  async function respond(): Promise<Prediction> {
    if (!options.respondText) return { call: null, text: '', ranked, ...cost() };
    const answer = await predictNative(engine, renderer, undefined, messages, tools, options);
    const { latencyMs, prefilled, generated } = cost();
    return {
      call: null,
      text: answer.call === null ? answer.text : renderer.wordsSoFar(answer.text),
      ranked,
      latencyMs,
      prefilled: prefilled + answer.prefilled,
      generated: generated + answer.generated,
    };
  }
}
