import { link, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ToolkitError } from '../../core/errors.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import { RESPOND, type Tool } from '../../core/tool.ts';
import { toolGrammar } from '../../runtime/arguments.ts';
import type { Rehearsal } from '../../runtime/drafting/rehearse.ts';
import type { AdapterFile, Engine, EngineSession } from '../../runtime/engine.ts';
import { selectName } from '../../runtime/selector.ts';
import type { ArgumentCase } from './argument-case.ts';
import type { BenchModel } from './bench-model.ts';
import { goldSession } from './gold-session.ts';

/** Another query, behind which tools are warm. */
export const WARM = [{ role: 'user' as const, content: 'Hello.' }];

/** The sessions of a call in two steps by a model that is led to the gold call. */
export interface LedCaller {
  engine: Engine;
  renderer: Renderer;
  rehearsal: Rehearsal;
  selector: EngineSession;
  /** By the tools' ids. */
  argumentsOf: ReadonlyMap<string, EngineSession>;
}

/** Each tool has an argument adapter of its own, and with plain ones a warm prompt of its own. */
export async function ownAdapters(
  { adapters }: BenchModel,
  cases: readonly ArgumentCase[],
  kind: keyof BenchModel['adapters'] = 'plain',
): Promise<Map<string, AdapterFile>> {
  const own = new Map<string, AdapterFile>();
  for (const { tool } of cases) own.set(tool.id, await linked(adapters[kind].arguments, tool.slug));
  return own;
}

/** The same adapter as another one: engines tell them by their files. */
export async function linked({ name, path }: AdapterFile, suffix: string): Promise<AdapterFile> {
  const file = { name: `${name}-${suffix}`, path: join(dirname(path), `${name}-${suffix}.gguf`) };
  await rm(file.path, { force: true });
  await link(path, file.path);
  return file;
}

export async function openLedCaller(
  parts: Pick<LedCaller, 'engine' | 'renderer' | 'rehearsal'>,
  selector: AdapterFile,
  own: ReadonlyMap<string, AdapterFile>,
): Promise<LedCaller> {
  const argumentsOf = new Map<string, EngineSession>();
  for (const [id, file] of own) argumentsOf.set(id, await parts.engine.session(file));
  return { ...parts, selector: await parts.engine.session(selector), argumentsOf };
}

/** Has the selector read the tools, and each tool's adapter its tool, with another query. */
export async function warmLedCaller(
  { engine, renderer, selector, argumentsOf }: LedCaller,
  cases: readonly ArgumentCase[],
  tools: readonly Tool[],
): Promise<void> {
  await selector.next(engine.tokenize(renderer.selectorPrompt(WARM, tools)), [0]);
  for (const { tool } of cases)
    await argumentsOf.get(tool.id)!.next(engine.tokenize(renderer.argumentsPrompt(WARM, tools, tool.promptName)), [0]);
}

/**
 * Evaluates what a call in two steps evaluates: the search for the name, then the arguments with drafts. @throws ToolkitError where the search does not
 * find the gold name
 * @returns how often the model was evaluated
 */
export async function ledCall(caller: LedCaller, one: ArgumentCase, tools: readonly Tool[]): Promise<number> {
  const { engine, renderer, rehearsal } = caller;
  const selecting = await ledSelection(caller, one, tools);
  const { tool } = one;
  const tokens = engine.tokenize(renderer.argumentsPrompt(one.messages, tools, tool.promptName));
  const evaluations = await rehearsal.evaluations({
    prompt: tokens,
    gold: engine.tokenize(renderer.argumentsSpan(tool, one.arguments)),
    grammar: toolGrammar(renderer, tool),
    copies: true,
  });
  const session = caller.argumentsOf.get(tool.id)!;
  for (const { kept, tokens: own, drafted } of evaluations) {
    const text = [...tokens.slice(0, -1), ...kept, ...own, 0];
    await session.logprobs(text, text.length - 1 - drafted);
  }
  return selecting + evaluations.length;
}

/** @returns how often the model was evaluated */
export async function ledSelection(
  { engine, renderer, selector }: Pick<LedCaller, 'engine' | 'renderer' | 'selector'>,
  { messages, tool }: ArgumentCase,
  tools: readonly Tool[],
): Promise<number> {
  const names = [...tools.map(({ promptName }) => promptName), RESPOND];
  const prompt = renderer.selectorPrompt(messages, tools);
  const knows = goldSession(selector, engine.tokenize(renderer.nameSpan(tool.promptName)));
  const { promptName } = await selectName(engine, knows, renderer, prompt, names);
  if (promptName === tool.promptName) return knows.asked;
  throw new ToolkitError({
    kind: 'failed',
    what: 'another tool was selected',
    expected: tool.promptName,
    found: promptName,
  });
}
