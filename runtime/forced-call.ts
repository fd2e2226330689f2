import type { Renderer } from '../core/prompt/renderer.ts';
import type { Tool } from '../core/tool.ts';
import type { Message } from '../core/trace.ts';
import { fillArguments } from './arguments.ts';
import { calibrated } from './calibrated.ts';
import type { Engine } from './engine.ts';
import { meteredSessions } from './metered-sessions.ts';
import type { Prediction } from './prediction.ts';
import { selectName } from './selector.ts';
import { isUnsure } from './threshold.ts';
import type { TwoStepAdapters, TwoStepOptions } from './two-step.ts';

/** One step that has to be a call: as `predictTwoStep`, but to respond is no candidate. A single tool is called without being selected. */
export async function predictForced(
  engine: Engine,
  renderer: Renderer,
  adapters: TwoStepAdapters,
  messages: readonly Message[],
  tools: readonly Tool[],
  options: Omit<TwoStepOptions, 'respondText'>,
): Promise<Prediction> {
  const { open, cost } = meteredSessions(engine);
  const selection = tools.length > 1 ? await select() : undefined;
  const ranked = selection?.ranked && calibrated(selection.ranked, adapters.temperature);
  if (selection !== undefined && isUnsure(ranked, options.threshold))
    return { call: null, text: '', ranked, abstained: true, ...cost() };
  const tool = tools.find(({ promptName }) => promptName === selection?.promptName) ?? tools[0]!;
  options.onSelected?.(tool, ranked);
  const openArguments = () => open(adapters.argumentsOf(tool));
  const filled = await fillArguments({ engine, renderer }, openArguments, tool, { messages, tools }, options);
  const { text, malformed } = filled;
  return { text, malformed, call: { promptName: tool.promptName, arguments: filled.arguments }, ranked, ...cost() };

  async function select() {
    const names = tools.map(({ promptName }) => promptName);
    const prompt = renderer.selectorPrompt(messages, tools);
    return selectName(engine, await open(adapters.selector), renderer, prompt, names, options.signal);
  }
}
