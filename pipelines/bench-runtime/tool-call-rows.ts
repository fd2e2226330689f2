import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import { EMBEDDED_BASE } from '../../core/project.ts';
import { loadRenderer } from '../../core/prompt/load-renderer.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import { loadTokenizer, type Tokenizer } from '../../core/tokenizer.ts';
import type { Tool } from '../../core/tool.ts';
import { openRehearsal, type Rehearsal } from '../../runtime/drafting/rehearse.ts';
import type { Engine } from '../../runtime/engine.ts';
import { freeThreads } from '../../runtime/free-threads.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import { linkTo } from '../../runtime/llama-server/server-link.ts';
import { type ServerProcess, startServerProcess } from '../../runtime/llama-server/server-process.ts';
import { openLlamaServer } from '../../runtime/llama-server.ts';
import type { BenchRow } from '../bench-row.ts';
import { median } from '../scoring/median.ts';
import { type ArgumentCase, goldCases } from './argument-case.ts';
import { type BenchModel, benchModel } from './bench-model.ts';
import { elapsed } from './elapsed.ts';
import { embeddedModel } from './embedded-model.ts';
import { type LedCaller, ledCall, ledSelection, openLedCaller, ownAdapters, WARM, warmLedCaller } from './led-call.ts';
import { completions, type ReferenceParts, referenceCall, referenceLengths, SAMPLES } from './reference-call.ts';
import { serverSelections } from './server-selections.ts';

const STAGE = 'tool-call';
const TARGET = 5;
const PROMPT_TOKENS = 2000;
const CONTEXT = 4096;
/** Of different tools, in each run. */
const CALLS = 5;

interface Bench {
  renderer: Renderer;
  tokenizer: Tokenizer;
  cases: readonly ArgumentCase[];
  tools: readonly Tool[];
}

/**
 * Time of a whole call, in process (by plain and by activated adapters) and on a llama-server, beside the reference implementation's way on that server: ten samples and a majority, then the
 * arguments. Before that selections on the server are shown to be the most probable ones. The model of the times has random weights and is led: it evaluates
 * what one that writes the gold call evaluates.
 * @param llamaServer a command
 */
export async function* toolCallRows(
  context: Context,
  { llamaServer, runs }: { llamaServer: string; runs: number },
): AsyncGenerator<StageEvent, BenchRow[], undefined> {
  const bench = await openBench();
  const gold = await goldCases();
  const model = yield* benchModel(context, bench.renderer, gold);
  const program = { binary: llamaServer, env: context.env, threads: freeThreads() };
  const start = (path: string, adapters: string[]) =>
    startServerProcess(
      { ...program, model: path },
      { adapters, contextSize: CONTEXT, slots: SAMPLES + CALLS },
      context.signal,
    );
  const embedded = yield* embeddedModel(context);
  const exact = yield* serverSelections({ ...bench, server: await start(embedded, []), contextSize: CONTEXT });
  const own = await ownAdapters(model, bench.cases);
  const adapters = [model.adapters.plain.selector.path, ...[...own.values()].map(({ path }) => path)];
  const server = await start(model.path, adapters);
  try {
    return yield* timeRows(bench, model, server, runs, exact);
  } finally {
    await server.stop();
  }
}

/** As many tools of the gold calls as a prompt of 2,000 tokens has. */
async function openBench(): Promise<Bench> {
  const renderer = await loadRenderer(EMBEDDED_BASE, { descriptions: 'first-sentence' });
  const tokenizer = await loadTokenizer(EMBEDDED_BASE);
  const distinct = [...new Map((await goldCases()).map((one) => [one.tool.id, one])).values()];
  const tools = distinct.map(({ tool }) => tool);
  const lengthOf = (count: number) =>
    tokenizer.encode(renderer.selectorPrompt(distinct[0]!.messages, tools.slice(0, count))).length;
  const count = tools.findIndex((_, at) => lengthOf(at + 1) >= PROMPT_TOKENS) + 1;
  return { renderer, tokenizer, cases: distinct.slice(0, CALLS), tools: tools.slice(0, count) };
}

/** Milliseconds of all calls. */
interface Timed {
  reference: number;
  onServer: number;
  inProcess: number;
  activated: number;
  /** How often the model is evaluated, one after another: by the reference and by ours in process. */
  evaluations: [reference: number, inProcess: number];
}

async function* timeRows(
  bench: Bench,
  model: BenchModel,
  server: ServerProcess,
  runs: number,
  exact: string,
): AsyncGenerator<StageEvent, BenchRow[], undefined> {
  const rehearsal = await openRehearsal(model.path);
  const engine = await openLlamaCpp({ model: model.path, contextSize: CONTEXT, threads: freeThreads() });
  try {
    const sides = await openSides(bench, model, { server, rehearsal, engine });
    const timed: Timed[] = [];
    for (let run = -1; run < runs; run++) {
      const one = await timeCalls(sides, bench);
      if (run >= 0) timed.push(one); // the first one reads the tools
      yield { type: 'progress', stage: STAGE, done: run + 1, total: runs, note: 'calls in turn' };
    }
    const { length } = bench.tokenizer.encode(bench.renderer.selectorPrompt(bench.cases[0]!.messages, bench.tools));
    const note = (where: string) => `${where}; ${bench.tools.length} tools, ${length} tokens, warm; ${exact}`;
    return [
      rowOf(
        'tool-call',
        timed,
        ({ inProcess }) => inProcess,
        note(`ours in process, the reference’s on llama-server; ${rounds(timed[0]!)}`),
      ),
      rowOf(
        'tool-call-activated',
        timed,
        ({ activated }) => activated,
        note('ours in process, by activated adapters that share one prompt (`argumentTools: all`)'),
      ),
      rowOf('tool-call-llama-server', timed, ({ onServer }) => onServer, note('both on one llama-server')),
    ];
  } finally {
    await engine.close();
    await rehearsal.close();
  }
}

interface Sides {
  inProcess: LedCaller;
  /** By activated adapters, whose steps share one prompt. */
  activated: LedCaller;
  onServer: Pick<LedCaller, 'engine' | 'renderer' | 'selector'>;
  reference: ReferenceParts;
}

async function openSides(
  { renderer, tokenizer, cases }: Bench,
  model: BenchModel,
  { server, rehearsal, engine }: { server: ServerProcess; rehearsal: Rehearsal; engine: Engine },
): Promise<Sides> {
  const { selector } = model.adapters.plain;
  const own = await ownAdapters(model, cases);
  const served = await openLlamaServer({
    server,
    tokenizer,
    adapters: [selector, ...own.values()],
    contextSize: CONTEXT,
  });
  const shared = await loadRenderer(EMBEDDED_BASE, { ...renderer.settings, argumentTools: 'all' });
  return {
    inProcess: await openLedCaller({ engine, renderer, rehearsal }, selector, own),
    activated: await openLedCaller(
      { engine, renderer: shared, rehearsal },
      model.adapters.activated.selector,
      await ownAdapters(model, cases, 'activated'),
    ),
    onServer: { engine: served, renderer, selector: await served.session(selector) },
    reference: {
      link: linkTo(server, server.whyGone),
      tokenize: tokenizer.encode,
      renderer,
      ids: Array.from({ length: 1 + own.size }, (_, id) => id),
    },
  };
}

/** In turn; each behind another query, as the samples overwrite slots, and as no call may find its own query. */
async function timeCalls(
  { inProcess, activated, onServer, reference }: Sides,
  { cases, tools }: Bench,
): Promise<Timed> {
  const sum: Timed = { reference: 0, onServer: 0, inProcess: 0, activated: 0, evaluations: [0, 0] };
  for (const [at, one] of cases.entries()) {
    const adapters = { selector: 0, arguments: 1 + at, argumentSlot: SAMPLES + at };
    sum.reference += await referenceCall(reference, adapters, one, tools);
    sum.onServer += await callOnServer(onServer, reference, { adapter: 1 + at, slot: SAMPLES + at }, one, tools);
    await warmLedCaller(inProcess, [one], tools);
    sum.inProcess += await elapsed(async () => {
      sum.evaluations[1] += await ledCall(inProcess, one, tools);
    });
    await warmLedCaller(activated, [one], tools);
    sum.activated += await elapsed(() => ledCall(activated, one, tools));
    sum.evaluations[0] += referenceLengths(reference, one).reduce((all, length) => all + length);
  }
  return sum;
}

/** The engine on llama-server writes arguments token by token. */
async function callOnServer(
  caller: Sides['onServer'],
  parts: ReferenceParts,
  place: { adapter: number; slot: number },
  one: ArgumentCase,
  tools: readonly Tool[],
): Promise<number> {
  const { renderer, engine, selector } = caller;
  const prompt = (messages: ArgumentCase['messages']) => renderer.argumentsPrompt(messages, tools, one.tool.promptName);
  const tokens = engine.tokenize(renderer.argumentsSpan(one.tool, one.arguments)).length;
  await selector.next(engine.tokenize(renderer.selectorPrompt(WARM, tools)), [0]);
  await completions(parts, prompt(WARM), { ...place, tokens: 1 });
  return elapsed(async () => {
    await ledSelection(caller, one, tools);
    await completions(parts, prompt(one.messages), { ...place, tokens });
  });
}

function rounds({ evaluations: [reference, ours] }: Timed): string {
  return `evaluations one after another: ${(reference / CALLS).toFixed(1)} by ${(ours / CALLS).toFixed(1)}`;
}

function rowOf(name: string, timed: readonly Timed[], ours: (one: Timed) => number, what: string): BenchRow {
  const ratio = median(timed.map((one) => one.reference / ours(one)));
  const ms = (value: number) => (value / CALLS).toFixed(0);
  const each = timed.map((one) => `${ms(one.reference)}, ${ms(ours(one))}`).join('; ');
  const note = `ten samples, a majority and a call beside a call in two steps: ${what}; ms of a call: ${each}`;
  return { name, ratio, target: TARGET, limit: null, pass: ratio >= TARGET, note };
}
