import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { EMBEDDED_BASE } from '../../core/project.ts';
import { loadRenderer } from '../../core/prompt/load-renderer.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import { RESPOND, type Tool } from '../../core/tool.ts';
import { toolGrammar } from '../../runtime/arguments.ts';
import { openRehearsal, type Rehearsal } from '../../runtime/drafting/rehearse.ts';
import type { AdapterFile, Engine, EngineSession } from '../../runtime/engine.ts';
import { freeThreads } from '../../runtime/free-threads.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { selectName } from '../../runtime/selector.ts';
import type { BenchRow } from '../bench-row.ts';
import { bfclData } from '../bfcl/fetched-data.ts';
import { median } from '../scoring/median.ts';
import { type ArgumentCase, goldCases } from './argument-case.ts';
import { type BenchModel, benchModel } from './bench-model.ts';
import { bfclQuestions } from './bfcl-questions.ts';
import { goldSession } from './gold-session.ts';

const STAGE = 'native';
const SIZES = [
  { tools: 10, target: 1.5 },
  { tools: 50, target: 3 },
  { tools: 200, target: 6 },
];
/** Of different tools, in each run. */
const CALLS = 5;
const WARM = [{ role: 'user' as const, content: 'Hello.' }];

/** What is measured of one number of tools. */
interface Sides {
  engine: Engine;
  renderer: Renderer;
  rehearsal: Rehearsal;
  base: EngineSession;
  selector: EngineSession;
  /** Each tool has an adapter, and so a warm prompt, of its own. */
  argumentsOf: ReadonlyMap<string, EngineSession>;
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
        const sides = await openSides(engine, model, { renderer, rehearsal, cases });
        await warm(sides, cases, tools);
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

async function openSides(
  engine: Engine,
  { path, adapters: { plain } }: BenchModel,
  { cases, ...more }: Pick<Sides, 'renderer' | 'rehearsal'> & { cases: readonly ArgumentCase[] },
): Promise<Sides> {
  const argumentsOf = new Map<string, EngineSession>();
  for (const { tool } of cases) {
    // An adapter is told by its file.
    const own: AdapterFile = { name: tool.slug, path: join(path, '..', `arguments-${tool.slug}.gguf`) };
    await rm(own.path, { force: true });
    await link(plain.arguments.path, own.path);
    argumentsOf.set(tool.id, await engine.session(own));
  }
  return { engine, ...more, base: await engine.session(), selector: await engine.session(plain.selector), argumentsOf };
}

/** Reads the tools with another query. */
async function warm(
  { engine, renderer, base, selector, argumentsOf }: Sides,
  cases: readonly ArgumentCase[],
  tools: readonly Tool[],
) {
  await base.next(engine.tokenize(renderer.generationPrompt(WARM, tools)), [0]);
  await selector.next(engine.tokenize(renderer.selectorPrompt(WARM, tools)), [0]);
  for (const { tool } of cases)
    await argumentsOf.get(tool.id)!.next(engine.tokenize(renderer.argumentsPrompt(WARM, tools, tool.promptName)), [0]);
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
    sum.ours += await timed(() => twoStepCall(sides, one, tools));
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

async function twoStepCall(sides: Sides, one: ArgumentCase, tools: readonly Tool[]): Promise<void> {
  const { engine, renderer, rehearsal, selector, argumentsOf } = sides;
  const { tool, messages } = one;
  const names = [...tools.map(({ promptName }) => promptName), RESPOND];
  const prompt = renderer.selectorPrompt(messages, tools);
  const knows = goldSession(
    selector,
    engine.tokenize(prompt).length,
    engine.tokenize(renderer.nameSpan(tool.promptName)),
  );
  const { promptName } = await selectName(engine, knows, renderer, prompt, names);
  if (promptName !== tool.promptName)
    throw new ToolkitError({
      kind: 'failed',
      what: 'another tool was selected',
      expected: tool.promptName,
      found: promptName,
    });
  const tokens = engine.tokenize(renderer.argumentsPrompt(messages, tools, tool.promptName));
  const evaluations = await rehearsal.evaluations({
    prompt: tokens,
    gold: engine.tokenize(renderer.argumentsSpan(tool, one.arguments)),
    grammar: toolGrammar(renderer, tool),
    copies: true,
  });
  const session = argumentsOf.get(tool.id)!;
  for (const { kept, tokens: own, drafted } of evaluations) {
    const text = [...tokens.slice(0, -1), ...kept, ...own, 0];
    await session.logprobs(text, text.length - 1 - drafted);
  }
}

function rowOf(size: number, target: number, tokens: number, timed: readonly Timed[]): BenchRow {
  const ratio = median(timed.map(({ native, ours }) => native / ours));
  const ms = (value: number) => (value / CALLS).toFixed(0);
  const each = timed.map(({ native, ours }) => `${ms(native)}, ${ms(ours)}`).join('; ');
  const note = `a call beside the base's with ${size} tools in the prompt, ${tokens} tokens, ms of a call: ${each}`;
  return { name: `native-${size}`, ratio, target, limit: null, pass: ratio >= target, note };
}
