import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { EMBEDDED_BASE } from '../../core/project.ts';
import { loadRenderer } from '../../core/prompt/load-renderer.ts';
import type { Tool } from '../../core/tool.ts';
import { openRehearsal } from '../../runtime/drafting/rehearse.ts';
import type { EngineSession } from '../../runtime/engine.ts';
import { freeThreads } from '../../runtime/free-threads.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import type { BenchRow } from '../bench-row.ts';
import { bfclData } from '../bfcl/fetched-data.ts';
import { median } from '../scoring/median.ts';
import { type ArgumentCase, goldCases } from './argument-case.ts';
import { benchModel } from './bench-model.ts';
import { bfclQuestions } from './bfcl-questions.ts';
import { type LedCaller, ledCall, openLedCaller, ownAdapters, WARM, warmLedCaller } from './led-call.ts';

const STAGE = 'native';
const SIZES = [
  { tools: 10, target: 1.5 },
  { tools: 50, target: 3 },
  { tools: 200, target: 6 },
];
/** Of different tools, in each run. */
const CALLS = 5;

/** What is measured of one number of tools. */
interface Sides extends LedCaller {
  base: EngineSession;
}

/**
 * Time of a call in two steps beside that of the base which writes it whole with all tools in its prompt, both behind tools that they have read already. The
 * model has random weights and is led: it evaluates what one that writes the gold call evaluates, which costs the same.
 */
export async function* nativeRows(context: Context, runs: number): AsyncGenerator<StageEvent, BenchRow[], undefined> {
  const renderer = await loadRenderer(EMBEDDED_BASE, { descriptions: 'first-sentence' });
  const gold = await goldCases();
  const { tools: others } = await bfclQuestions(yield* bfclData(context));
  const model = yield* benchModel(context, renderer, gold);
  const cases = [...new Map(gold.map((one) => [one.tool.id, one])).values()].slice(0, CALLS);
  const own = await ownAdapters(model, cases);
  const rehearsal = await openRehearsal(model.path);
  const rows: BenchRow[] = [];
  try {
    for (const { tools: size, target } of SIZES) {
      const tools = offered(size, cases, gold, others);
      const longest = rehearsal.tokenize(renderer.generationPrompt(WARM, tools)).length;
      const contextSize = longest + 1024;
      const engine = await openLlamaCpp({ model: model.path, contextSize, threads: freeThreads() });
      try {
        yield { type: 'progress', stage: STAGE, done: 0, total: runs, note: `${size} tools, ${longest} tokens` };
        const caller = await openLedCaller({ engine, renderer, rehearsal }, model.adapters.plain.selector, own);
        const sides = { ...caller, base: await engine.session() };
        await sides.base.next(engine.tokenize(renderer.generationPrompt(WARM, tools)), [0]);
        await warmLedCaller(sides, cases, tools);
        const timed = [];
        for (let run = 0; run < runs; run++) {
          timed.push(await timeCalls(sides, cases, tools));
          yield { type: 'progress', stage: STAGE, done: run + 1, total: runs, note: `${size} tools` };
        }
        rows.push(rowOf(size, target, longest, timed));
      } finally {
        await engine.close();
      }
    }
  } finally {
    await rehearsal.close();
  }
  return rows;
}

/** The tools of the calls, those of the other gold calls, and BFCL's: so many. */
function offered(size: number, cases: readonly ArgumentCase[], gold: readonly ArgumentCase[], others: readonly Tool[]) {
  const all = [...cases, ...gold].map(({ tool }) => tool).concat(others);
  const distinct = [...new Map(all.toReversed().map((tool) => [tool.promptName, tool])).values()].toReversed();
  if (distinct.length < size) throw new RangeError(`there are ${distinct.length} tools`);
  return distinct.slice(0, size);
}

interface Timed {
  native: number;
  ours: number;
}

/** Milliseconds of all calls, in turn. */
async function timeCalls(sides: Sides, cases: readonly ArgumentCase[], tools: readonly Tool[]): Promise<Timed> {
  const sum: Timed = { native: 0, ours: 0 };
  for (const one of cases) {
    sum.native += await timed(() => nativeCall(sides, one, tools));
    // The last run has left this query with the tool's adapter.
    await warmLedCaller(sides, [one], tools);
    sum.ours += await timed(() => ledCall(sides, one, tools));
  }
  return sum;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Token by token. */
async function nativeCall({ engine, renderer, base }: Sides, one: ArgumentCase, tools: readonly Tool[]): Promise<void> {
  const text = engine.tokenize(renderer.generationPrompt(one.messages, tools));
  const call = { tool: one.tool, arguments: one.arguments };
  for (const token of engine.tokenize(renderer.completion({ call, content: '' }))) {
    await base.next(text, [token]);
    text.push(token);
  }
}

function rowOf(size: number, target: number, tokens: number, timed: readonly Timed[]): BenchRow {
  const ratio = median(timed.map(({ native, ours }) => native / ours));
  const ms = (value: number) => (value / CALLS).toFixed(0);
  const each = timed.map(({ native, ours }) => `${ms(native)}, ${ms(ours)}`).join('; ');
  const note = `a call beside the base's with ${size} tools in the prompt, ${tokens} tokens, ms of a call: ${each}`;
  return { name: `native-${size}`, ratio, target, limit: null, pass: ratio >= target, note };
}
