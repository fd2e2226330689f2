import type { Renderer } from '../core/prompt/renderer.ts';
import type { Tool } from '../core/tool.ts';
import type { Message } from '../core/trace.ts';
import { fillArguments } from './arguments.ts';
import type { AdapterFile, Engine } from './engine.ts';
import { predictNative } from './native.ts';
import type { Prediction, PredictOptions } from './prediction.ts';
import { selectName } from './selector.ts';

/**
 * One step by one model that decides freely whether to call, but whose call is decoded as that of decoupled adapters: the tool by exact scores,
 * the arguments under the tool's grammar. What is neither a call nor an answer becomes a call. Shows how much of a gain is due to the decoding
 * alone; as the free decision is a whole generation, its time and tokens say nothing of what this costs.
 *
 * @param renderer one that lists all tools in the arguments prompt, as the model has seen no other
 */
export async function predictNativeConstrained(
  engine: Engine,
  renderer: Renderer,
  adapter: AdapterFile | undefined,
  messages: readonly Message[],
  tools: readonly Tool[],
  options: PredictOptions,
): Promise<Prediction> {
  const started = performance.now();
  const free = await predictNative(engine, renderer, adapter, messages, tools, options);
  if (free.call === null && free.malformed === undefined) return free;
  const session = await engine.session(adapter);
  const names = tools.map(({ promptName }) => promptName);
  const prompt = renderer.selectorPrompt(messages, tools);
  const { promptName } = await selectName(engine, session, renderer, prompt, names, options.signal);
  const tool = tools.find((one) => one.promptName === promptName)!;
  const filled = await fillArguments({ engine, renderer }, async () => session, tool, { messages, tools }, options);
  return {
    text: filled.text,
    malformed: filled.malformed,
    call: { promptName, arguments: filled.arguments },
    latencyMs: performance.now() - started,
    prefilled: free.prefilled + session.usage.prefilled,
    generated: free.generated + session.usage.generated,
  };
}
