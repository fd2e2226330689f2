import type { Renderer } from '../core/prompt/renderer.ts';
import { RESPOND, type Tool } from '../core/tool.ts';
import type { Message } from '../core/trace.ts';
import { fillArguments } from './arguments.ts';
import { calibrated } from './calibrated.ts';
import type { AdapterFile, Engine } from './engine.ts';
import { meteredSessions } from './metered-sessions.ts';
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
  /** A tool has to be called: to respond is no candidate, and a single tool is called without being selected. */
  mustCall?: boolean;
  /** Where the best candidate has a smaller share of the probability, none is taken: `abstained`. */
  threshold?: number;
  /** Told the tool that was selected, and the candidates where there were several, before its arguments are written. */
  onSelected?(tool: Tool, ranked?: readonly RankedName[]): void;
}

/**
 * One step by decoupled adapters: the selector picks a tool or to respond, then that tool's adapter writes the arguments.
 * Where the arguments are malformed the call stands, as the selection is made, and its arguments are `null`. Of an answer no word is written.
 * @param tools those that the prompts list: of many, what `listTools` chooses
 * @throws ToolkitError (input) where a prompt does not fit into the context, there is no tool to select from, or there is a threshold and the
 * engine gives no probabilities; what the engine throws, and the signal's reason
 */
export async function predictTwoStep(
  engine: Engine,
  renderer: Renderer,
  adapters: TwoStepAdapters,
  messages: readonly Message[],
  tools: readonly Tool[],
  options: TwoStepOptions,
): Promise<Prediction> {
  const { open, cost } = meteredSessions(engine);
  const { mustCall = false, threshold, signal } = options;
  const selection = mustCall && tools.length === 1 ? undefined : await select();
  const ranked = selection?.ranked && calibrated(selection.ranked, adapters.temperature);
  if (selection && isUnsure(ranked, threshold)) return { call: null, text: '', ranked, abstained: true, ...cost() };
  const tool = selection ? tools.find(({ promptName }) => promptName === selection.promptName) : tools[0];
  if (tool === undefined) return { call: null, text: '', ranked, ...cost() };
  options.onSelected?.(tool, ranked);
  const openArguments = () => open(adapters.argumentsOf(tool));
  const filled = await fillArguments({ engine, renderer }, openArguments, tool, { messages, tools }, options);
  const { text, malformed } = filled;
  const call = { promptName: tool.promptName, arguments: filled.arguments };
  return { text, malformed, call, ranked, ...cost() };

  async function select() {
    const names = [...tools.map(({ promptName }) => promptName), ...(mustCall ? [] : [RESPOND])];
    const prompt = renderer.selectorPrompt(messages, tools);
    return selectName(engine, await open(adapters.selector), renderer, prompt, names, signal);
  }
}
