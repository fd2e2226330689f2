import type { Renderer } from '../core/prompt/renderer.ts';
import type { Tool } from '../core/tool.ts';
import type { Message } from '../core/trace.ts';
import type { AdapterFile, Engine } from './engine.ts';
import type { Prediction, PredictOptions } from './prediction.ts';

/**
 * One step by one model that writes freely, as the base and a monolithic adapter do. Greedy.
 * @throws ToolkitError (input) where the prompt does not fit into the context; what the engine throws, and the signal's reason
 */
export async function predictNative(
  engine: Engine,
  renderer: Renderer,
  adapter: AdapterFile | undefined,
  messages: readonly Message[],
  tools: readonly Tool[],
  { maxTokens, signal, onText, grammar }: PredictOptions,
): Promise<Prediction> {
  const started = performance.now();
  const session = await engine.session(adapter);
  const prompt = engine.tokenize(renderer.generationPrompt(messages, tools));
  const options = { grammar, stop: renderer.stop, maxTokens, signal, onText: onText && wordsTeller(renderer, onText) };
  const { text, stopped, tokens } = await session.generate(prompt, options);
  const parsed = renderer.parse(text);
  const { prefilled, generated } = session.usage;
  const result = { text, cut: !stopped, latencyMs: performance.now() - started, prefilled, generated };
  if ('call' in parsed) return { call: parsed.call, ...result };
  if ('text' in parsed) return { call: null, ...result, text: parsed.text };
  const end = stopped ? '' : ` (it did not end within ${tokens.length} tokens)`;
  return { call: null, ...result, malformed: parsed.malformed + end };
}

/** Passes on, of what is written, the words that are certain. */
function wordsTeller(renderer: Renderer, tell: (piece: string) => unknown): (piece: string) => unknown {
  let [written, told] = ['', ''];
  return (piece) => {
    written += piece;
    const words = renderer.wordsSoFar(written);
    if (words.length <= told.length) return true;
    const more = words.slice(told.length);
    told = words;
    return tell(more);
  };
}
