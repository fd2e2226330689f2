import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { EMBEDDED_BASE } from '../../core/project.ts';
import { loadRenderer } from '../../core/prompt/load-renderer.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import type { Tool } from '../../core/tool.ts';
import { openRehearsal, type Rehearsal } from '../../runtime/drafting/rehearse.ts';
import type { AdapterFile, Engine, EngineSession } from '../../runtime/engine.ts';
import { freeThreads } from '../../runtime/free-threads.ts';
import { buildToolIndex } from '../../runtime/hierarchy.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import type { BenchRow } from '../bench-row.ts';
import { bfclData } from '../bfcl/fetched-data.ts';
import { type ArgumentCase, goldCases } from './argument-case.ts';
import { type BenchModel, benchModel } from './bench-model.ts';
import { bfclQuestions } from './bfcl-questions.ts';
import { elapsed } from './elapsed.ts';
import { type LedCaller, ledCall, linked, openLedCaller, ownAdapters, WARM, warmLedCaller } from './led-call.ts';
import { activatedRow, coldRow, type NativeSize, type NativeTimes, nativeRow } from './native-row.ts';

const STAGE = 'native';
const SIZES: readonly NativeSize[] = [
  { tools: 10, target: 1.5, whole: true, most: 10 },
  { tools: 50, target: 3, whole: true, most: 10 },
  { tools: 200, target: 6, whole: false, most: 3 },
];
/** Of different tools, in each run. */
const CALLS = 5;

/** What is measured of one number of tools. */
interface Sides {
  base: EngineSession;
  ours: LedCaller;
  activated: LedCaller;
  /** Whose selector is shown the parameters too. */
  whole?: LedCaller;
}

/** What all sizes share. */
interface Bench {
  model: BenchModel;
  rehearsal: Rehearsal;
  renderers: { whole: Renderer; described: Renderer; shared: Renderer };
  /** Tools of BFCL. */
  others: readonly Tool[];
  cases: readonly ArgumentCase[];
  /** The tools' argument adapters, and activated ones. */
  own: ReadonlyMap<string, AdapterFile>;
  activated: ReadonlyMap<string, AdapterFile>;
}

/**
 * Rows `native-N`: time of a call in two steps beside that of the base which writes it whole with all tools in its prompt, both behind tools that they have read already, and
 * another query. The selector's prompt lists all tools too, by name and description (`selectorTools: described`). The model has random weights and is led: it
 * evaluates what one that writes the gold call evaluates, which costs the same. Rows `native-N-cold`: the same of the first call of all, which reads the tools;
 * of more than 50, ours lists the 20 likeliest there, as `serve` does. Rows `native-N-activated`: by activated adapters, whose steps share one prompt with all tools and parameters in it.
 */
export async function* nativeRows(context: Context, runs: number): AsyncGenerator<StageEvent, BenchRow[], undefined> {
  const described = await loadRenderer(EMBEDDED_BASE, { descriptions: 'first-sentence', selectorTools: 'described' });
  const whole = await loadRenderer(EMBEDDED_BASE, { descriptions: 'first-sentence' });
  const shared = await loadRenderer(EMBEDDED_BASE, { descriptions: 'first-sentence', argumentTools: 'all' });
  const gold = await goldCases();
  const { tools } = await bfclQuestions(yield* bfclData(context));
  const model = yield* benchModel(context, whole, gold);
  const distinct = [...new Map(gold.map((one) => [one.tool.id, one])).values()];
  const cases = distinct.slice(0, CALLS);
  // The shortest, as the base reads 200 of them, which takes the most time of all.
  const others = [...distinct.map(({ tool }) => tool), ...tools.toSorted((a, b) => lengthOf(a) - lengthOf(b))];
  const rehearsal = await openRehearsal(model.path);
  const bench = {
    model,
    rehearsal,
    renderers: { whole, described, shared },
    others,
    cases,
    own: await ownAdapters(model, cases),
    activated: await ownAdapters(model, cases, 'activated'),
  };
  const rows: BenchRow[] = [];
  try {
    for (const size of SIZES) rows.push(...(yield* sizeRows(bench, size, Math.min(runs, size.most))));
  } finally {
    await rehearsal.close();
  }
  return rows;
}

async function* sizeRows(
  bench: Bench,
  size: NativeSize,
  runs: number,
): AsyncGenerator<StageEvent, BenchRow[], undefined> {
  const { model, rehearsal, renderers, cases } = bench;
  const tools = offered(size, bench.others);
  const lengths = [renderers.whole.generationPrompt(WARM, tools), renderers.described.selectorPrompt(WARM, tools)].map(
    (prompt) => rehearsal.tokenize(prompt).length,
  );
  const engine = await openLlamaCpp({ model: model.path, contextSize: lengths[0]! + 1024, threads: freeThreads() });
  try {
    yield { type: 'progress', stage: STAGE, done: 0, total: runs, note: `${size.tools} tools, ${lengths[0]} tokens` };
    const sides = await openSides(bench, engine, size);
    const cold = await timeCold(sides, { ...bench, engine }, tools);
    const timed: NativeTimes[] = [];
    for (let run = -1; run < runs; run++) {
      const one = await timeCalls(sides, { ...bench, engine }, tools);
      if (run >= 0) timed.push(one); // the first one reads the tools
      yield { type: 'progress', stage: STAGE, done: run + 1, total: runs, note: `${size.tools} tools` };
    }
    const parts = [size, lengths, timed, cases.length] as const;
    return [nativeRow(...parts), activatedRow(...parts), coldRow(size, lengths, cold)];
  } finally {
    await engine.close();
  }
}

/** The tools of the calls first. */
function offered({ tools: count }: NativeSize, others: readonly Tool[]): Tool[] {
  const distinct = [...new Map(others.toReversed().map((tool) => [tool.promptName, tool])).values()].toReversed();
  if (distinct.length < count) throw new RangeError(`there are ${distinct.length} tools`);
  return distinct.slice(0, count);
}

function lengthOf({ description, inputSchema }: Tool): number {
  return JSON.stringify([description, inputSchema]).length;
}

async function openSides(bench: Bench, engine: Engine, { whole }: NativeSize): Promise<Sides> {
  const { renderers, rehearsal, own, activated } = bench;
  const { adapters } = bench.model;
  const { selector } = adapters.plain;
  const parts = (renderer: Renderer) => ({ engine, renderer, rehearsal });
  return {
    base: await engine.session(),
    ours: await openLedCaller(parts(renderers.described), selector, own),
    activated: await openLedCaller(parts(renderers.shared), adapters.activated.selector, activated),
    ...(whole && { whole: await openLedCaller(parts(renderers.whole), await linked(selector, 'whole'), own) }),
  };
}

/** Milliseconds of the first call. */
async function timeCold(
  { base, ours }: Sides,
  { renderers, engine, cases }: Bench & { engine: Engine },
  tools: readonly Tool[],
): Promise<Pick<NativeTimes, 'native' | 'ours'>> {
  const one = cases[0]!;
  const listed = buildToolIndex(tools).candidates(one.messages);
  return {
    native: await elapsed(() => nativeCall(engine, renderers.whole, base, one, tools)),
    ours: await elapsed(() => ledCall(ours, one, listed)),
  };
}

/** Milliseconds of all calls, in turn; each behind another query, as the last run has left this one with the tool's adapter. */
async function timeCalls(
  { base, ours, activated, whole }: Sides,
  { renderers, engine, cases }: Bench & { engine: Engine },
  tools: readonly Tool[],
): Promise<NativeTimes> {
  const sum = { native: 0, ours: 0, activated: 0, whole: 0 };
  for (const one of cases) {
    await base.next(engine.tokenize(renderers.whole.generationPrompt(WARM, tools)), [0]);
    sum.native += await elapsed(() => nativeCall(engine, renderers.whole, base, one, tools));
    await warmLedCaller(ours, [one], tools);
    sum.ours += await elapsed(() => ledCall(ours, one, tools));
    await warmLedCaller(activated, [one], tools);
    sum.activated += await elapsed(() => ledCall(activated, one, tools));
    if (whole === undefined) continue;
    await warmLedCaller(whole, [one], tools);
    sum.whole += await elapsed(() => ledCall(whole, one, tools));
  }
  const { whole: all, ...each } = sum;
  return { ...each, ...(whole && { whole: all }) };
}

/** Token by token. */
async function nativeCall(
  engine: Engine,
  renderer: Renderer,
  base: EngineSession,
  one: ArgumentCase,
  tools: readonly Tool[],
): Promise<void> {
  const text = engine.tokenize(renderer.generationPrompt(one.messages, tools));
  const call = { tool: one.tool, arguments: one.arguments };
  for (const token of engine.tokenize(renderer.completion({ call, content: '' }))) {
    await base.next(text, [token]);
    text.push(token);
  }
}
