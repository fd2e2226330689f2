import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { EMBEDDED_BASE } from '../../core/project.ts';
import { loadRenderer } from '../../core/prompt/load-renderer.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import { RESPOND, type Tool } from '../../core/tool.ts';
import type { Engine, EngineSession } from '../../runtime/engine.ts';
import { freeThreads } from '../../runtime/free-threads.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { selectName } from '../../runtime/selector.ts';
import type { BenchRow } from '../bench-row.ts';
import { type ArgumentCase, goldCases } from './argument-case.ts';
import { type BenchModel, benchModel } from './bench-model.ts';
import { goldSession } from './gold-session.ts';

const CONTEXT = 16_384;
const MOST = 5;

/**
 * Tokens that are evaluated again where the adapter changes from selector to arguments, beyond those that no one has evaluated. Activated adapters share the
 * prompt; of plain ones each has its own warm one, so that of the second query on only new tokens are left.
 */
export async function* switchRows(context: Context): AsyncGenerator<StageEvent, BenchRow[], undefined> {
  const gold = await goldCases();
  const plainRenderer = await loadRenderer(EMBEDDED_BASE, { descriptions: 'first-sentence' });
  const model = yield* benchModel(context, plainRenderer, gold);
  const renderers = {
    plain: plainRenderer,
    activated: await loadRenderer(EMBEDDED_BASE, { descriptions: 'first-sentence', argumentTools: 'all' }),
  };
  const engine = await openLlamaCpp({ model: model.path, contextSize: CONTEXT, threads: freeThreads() });
  try {
    const rows: BenchRow[] = [];
    for (const kind of ['plain', 'activated'] as const)
      rows.push(rowOf(kind, await countAgain(engine, renderers[kind], model.adapters[kind], gold)));
    return rows;
  } finally {
    await engine.close();
  }
}

/** @returns of each query but the first one of its tool, the tokens that were evaluated again */
async function countAgain(
  engine: Engine,
  renderer: Renderer,
  adapters: BenchModel['adapters']['plain'],
  gold: readonly ArgumentCase[],
): Promise<number[]> {
  const tools = [...new Map(gold.map(({ tool }) => [tool.id, tool])).values()];
  const [selector, own] = [await engine.session(adapters.selector), await engine.session(adapters.arguments)];
  const again: number[] = [];
  for (const one of gold) {
    const names = [...tools.map(({ promptName }) => promptName), RESPOND];
    const prompt = renderer.selectorPrompt(one.messages, tools);
    const known = engine.tokenize(prompt);
    const leads = goldSession(selector, engine.tokenize(renderer.nameSpan(one.tool.promptName)));
    await selectName(engine, leads, renderer, prompt, names);
    const warm = renderer.settings.argumentTools === 'all' ? known : await warmTools(engine, own, renderer, one.tool);
    const tokens = engine.tokenize(renderer.argumentsPrompt(one.messages, tools, one.tool.promptName));
    const before = own.usage.prefilled;
    await own.next(tokens, [0]);
    again.push(own.usage.prefilled - before - (tokens.length - sharedLength(tokens, warm)));
  }
  return again;
}

/** Has the tool's adapter read the tool, behind another query. @returns what it read */
async function warmTools(engine: Engine, own: EngineSession, renderer: Renderer, tool: Tool): Promise<number[]> {
  const messages = [{ role: 'user' as const, content: 'Hello.' }];
  const tokens = engine.tokenize(renderer.argumentsPrompt(messages, [tool], tool.promptName));
  await own.next(tokens, [0]);
  return tokens;
}

function sharedLength(tokens: readonly number[], others: readonly number[]): number {
  const place = tokens.findIndex((token, index) => token !== others[index]);
  return place < 0 ? tokens.length : place;
}

function rowOf(kind: string, again: readonly number[]): BenchRow {
  const most = Math.max(...again);
  const note = `${kind} adapters: ${MOST} tokens by ${most}, the most that were evaluated again beyond the new ones when the adapter changed from selector to arguments, ${again.length} queries`;
  return { name: `switch-${kind}`, ratio: MOST / Math.max(1, most), target: 1, limit: null, pass: most <= MOST, note };
}
