import type { Renderer } from '../core/prompt/renderer.ts';
import { type Tool, takesNoArguments } from '../core/tool.ts';
import type { Message } from '../core/trace.ts';
import type { Engine, EngineSession } from './engine.ts';
import type { JsonSpacing } from './grammar/rules.ts';
import { argumentsGrammar } from './grammar.ts';
import type { PredictOptions } from './prediction.ts';

/** What the step to be predicted looks like to a model. */
export interface StepView {
  messages: readonly Message[];
  tools: readonly Tool[];
}

export interface FilledCall {
  /** `null` where it is malformed. */
  arguments: unknown;
  /** The call in the model's own format, as far as it was written. */
  text: string;
  /** Why there are no arguments. */
  malformed?: string;
}

/**
 * Has a session write the arguments of a tool that was chosen already, held to the tool's schema by a grammar. Greedy.
 * A tool without parameters needs no model.
 * @throws ToolkitError (input) where the prompt does not fit into the context, or the engine takes no grammar; the signal's reason
 */
export async function fillArguments(
  { engine, renderer }: Writing,
  openSession: () => Promise<EngineSession>,
  tool: Tool,
  { messages, tools }: StepView,
  options: PredictOptions,
): Promise<FilledCall> {
  if (takesNoArguments(tool)) return { arguments: {}, text: withoutStop(emptyCall(tool, renderer), renderer) };
  const prompt = renderer.argumentsPrompt(messages, tools, tool.promptName);
  return writeArguments({ engine, renderer }, await openSession(), tool, prompt, options);
}

/** What turns texts into tokens and calls. */
export interface Writing {
  engine: Pick<Engine, 'tokenize'>;
  renderer: Renderer;
}

/** The same behind a prompt that ends at the arguments cut of the tool. */
export async function writeArguments(
  { engine, renderer }: Writing,
  session: EngineSession,
  tool: Tool,
  prompt: string,
  { maxTokens, signal }: PredictOptions,
): Promise<FilledCall> {
  const empty = emptyCall(tool, renderer);
  const grammar = toolGrammar(renderer, tool);
  const generated = await session.generate(engine.tokenize(prompt), {
    grammar,
    stop: renderer.stop,
    maxTokens,
    signal,
  });
  const text = empty.slice(0, empty.length - renderer.argumentsSpan(tool, {}).length) + generated.text;
  if (!generated.stopped) {
    return {
      arguments: null,
      text,
      malformed: `the arguments did not end within ${generated.tokens.length} tokens`,
    };
  }
  return { text, ...readArguments(renderer, text) };
}

function emptyCall(tool: Tool, renderer: Renderer): string {
  return renderer.completion({ call: { tool, arguments: {} }, content: '' });
}

/** The grammar of what follows the arguments cut, up to the stop token. */
export function toolGrammar(renderer: Renderer, tool: Tool): string {
  const { before, after } = renderer.argumentsFrame;
  return argumentsGrammar(tool.inputSchema, {
    before,
    after: withoutStop(after, renderer),
    spacing: readSpacing(renderer, tool),
  });
}

function withoutStop(text: string, renderer: Renderer): string {
  return text.endsWith(renderer.stop) ? text.slice(0, -renderer.stop.length) : text;
}

/** The spaces that the template puts into JSON, read off an example. */
function readSpacing(renderer: Renderer, tool: Tool): JsonSpacing {
  const text = renderer.argumentsSpan(tool, { spacing_example: [1, 2] });
  const [, key, item] = /"spacing_example"(:\s*)\[\s*1(,\s*)2/.exec(text) ?? [];
  return { key: key ?? ': ', item: item ?? ', ' };
}

/** Reads the arguments of a call in the model's own format. */
export function readArguments(renderer: Renderer, text: string): Omit<FilledCall, 'text'> {
  const parsed = renderer.parse(text);
  if ('call' in parsed) return { arguments: parsed.call.arguments };
  return { arguments: null, malformed: 'malformed' in parsed ? parsed.malformed : 'the text is no call' };
}
