import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { EMBEDDED_BASE } from '../../core/project.ts';
import { loadRenderer } from '../../core/prompt/load-renderer.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import { RESPOND } from '../../core/tool.ts';
import type { EngineSession } from '../../runtime/engine.ts';
import { freeThreads } from '../../runtime/free-threads.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { selectName } from '../../runtime/selector.ts';
import type { BenchRow } from '../bench-row.ts';
import { median } from '../scoring/median.ts';
import { type ArgumentCase, goldCases } from './argument-case.ts';
import { benchModel } from './bench-model.ts';
import { embeddedModel } from './embedded-model.ts';
import { goldSession } from './gold-session.ts';
import { mostProbableName, type Naming } from './most-probable-name.ts';

const STAGE = 'selector';
const SAMPLES = 10;
const TARGET = 5;
const CONTEXT = 8192;

interface Choosing extends Naming {
  /** Of each case. */
  prompts: readonly string[];
}

/** Whether the search over the names' tokens finds the name that is most probable of all, and its time beside that of ten samples. */
export async function* selectorRows(context: Context, runs: number): AsyncGenerator<StageEvent, BenchRow[], undefined> {
  const renderer = await loadRenderer(EMBEDDED_BASE, { descriptions: 'first-sentence' });
  const cases = await goldCases();
  const embedded = yield* embeddedModel(context);
  const exact = yield* exactRow(await openChoosing(embedded, renderer, cases), cases);
  const { path } = yield* benchModel(context, renderer, cases);
  return [exact, yield* timeRow(await openChoosing(path, renderer, cases), cases, runs)];
}

async function openChoosing(model: string, renderer: Renderer, cases: readonly ArgumentCase[]): Promise<Choosing> {
  const engine = await openLlamaCpp({ model, contextSize: CONTEXT, threads: freeThreads() });
  const tools = [...new Map(cases.map(({ tool }) => [tool.id, tool])).values()];
  const names = [...tools.map(({ promptName }) => promptName), RESPOND];
  const prompts = cases.map(({ messages }) => renderer.selectorPrompt(messages, tools));
  return { engine, session: await engine.session(), renderer, names, prompts };
}

/** By the embedded base: each name is scored by itself. */
async function* exactRow(
  choosing: Choosing,
  cases: readonly ArgumentCase[],
): AsyncGenerator<StageEvent, BenchRow, undefined> {
  const { engine, session, renderer, names, prompts } = choosing;
  let agreed = 0;
  for (const [done, prompt] of prompts.entries()) {
    const { promptName } = await selectName(engine, session, renderer, prompt, names);
    if (promptName === (await mostProbableName(choosing, prompt))) agreed += 1;
    yield { type: 'progress', stage: STAGE, done: done + 1, total: prompts.length, note: 'brute force' };
  }
  await engine.close();
  const ratio = agreed / cases.length;
  const note = `agreement with brute force over ${names.length} names, ${cases.length} queries`;
  return { name: 'selector-exact', ratio, target: 1, limit: 1, pass: ratio === 1, note };
}

/** By a base with the layers of Qwen2.5-0.5B that is led to the right name. */
async function* timeRow(
  choosing: Choosing,
  cases: readonly ArgumentCase[],
  runs: number,
): AsyncGenerator<StageEvent, BenchRow, undefined> {
  const ratios: number[] = [];
  for (let run = 0; run < runs; run++) {
    ratios.push(await timeRatio(choosing, cases));
    yield { type: 'progress', stage: STAGE, done: run + 1, total: runs, note: 'ten samples' };
  }
  await choosing.engine.close();
  const ratio = median(ratios);
  const each = ratios.map((value) => value.toFixed(1)).join(', ');
  const note = `ten samples of a name by the search for the best of ${choosing.names.length}, warm tools (runs: ${each})`;
  return { name: 'selector-time', ratio, target: TARGET, limit: null, pass: ratio >= TARGET, note };
}

/** Of all queries, each time behind that of another one. */
async function timeRatio(choosing: Choosing, cases: readonly ArgumentCase[]): Promise<number> {
  const { engine, session, renderer, names, prompts } = choosing;
  const sum = { samples: 0, search: 0 };
  const timed = async (which: keyof typeof sum, work: () => Promise<unknown>, other: string) => {
    await session.next(engine.tokenize(other), [0]);
    const began = performance.now();
    await work();
    sum[which] += performance.now() - began;
  };
  for (const [index, prompt] of prompts.entries()) {
    const other = prompts.at(index - 1)!;
    const tokens = engine.tokenize(prompt);
    const span = engine.tokenize(renderer.nameSpan(cases[index]!.tool.promptName));
    const led = goldSession(session, span);
    await timed('samples', () => tenSamples(session, tokens, span), other);
    await timed('search', () => selectName(engine, led, renderer, prompt, names), other);
  }
  return sum.samples / sum.search;
}

/** Evaluates what ten samples of the right name evaluate: its tokens one by one, each time. */
async function tenSamples(session: EngineSession, prompt: readonly number[], span: readonly number[]): Promise<void> {
  for (let sample = 0; sample < SAMPLES; sample++) {
    const text = [...prompt];
    for (const token of span) {
      await session.next(text, [token]);
      text.push(token);
    }
  }
}
