import type { Context } from '../../core/context.ts';
import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { EMBEDDED_BASE } from '../../core/project.ts';
import { loadRenderer } from '../../core/prompt/load-renderer.ts';
import type { Renderer } from '../../core/prompt/renderer.ts';
import { toolGrammar } from '../../runtime/arguments.ts';
import { openRehearsal, type Rehearsal } from '../../runtime/drafting/rehearse.ts';
import type { EngineSession } from '../../runtime/engine.ts';
import { freeThreads } from '../../runtime/free-threads.ts';
import { openLlamaCpp } from '../../runtime/llama-cpp.ts';
import type { BenchRow } from '../bench-row.ts';
import { type ArgumentCase, demoCases, goldCases } from './argument-case.ts';
import { embeddedModel } from './embedded-model.ts';

const STAGE = 'arguments';
/** One of so many of the demo's cases is written by the model as well, both ways. */
const WRITTEN_EVERY = 8;
const MAX_TOKENS = 120;
const CONTEXT = 8192;

/**
 * How often the model is evaluated to write gold arguments, plainly by ours, counted without evaluating. Before that the embedded base writes arguments
 * both ways, token for token the same. @throws ToolkitError where they differ
 */
export async function* argumentsRows(context: Context): AsyncGenerator<StageEvent, BenchRow[], undefined> {
  const model = yield* embeddedModel(context);
  const renderer = await loadRenderer(EMBEDDED_BASE, { descriptions: 'full' });
  const sets = { 'BFCL-like': await goldCases(), demo: yield* demoCases(context) };
  const written = [...sets['BFCL-like'], ...sets.demo.filter((_, index) => index % WRITTEN_EVERY === 0)];
  const tokens = yield* refuseOtherTokens(model, renderer, written);
  const rehearsal = await openRehearsal(model);
  try {
    const rows: BenchRow[] = [];
    for (const [name, cases] of Object.entries(sets)) {
      yield { type: 'progress', stage: STAGE, done: 0, note: `gold arguments: ${name}` };
      rows.push(
        ...(await goldRows(rehearsal, renderer, cases, `${name}; ${tokens} tokens of ${written.length} calls equal`)),
      );
    }
    return rows;
  } finally {
    await rehearsal.close();
  }
}

/** @returns how many tokens were compared */
async function* refuseOtherTokens(
  model: string,
  renderer: Renderer,
  cases: readonly ArgumentCase[],
): AsyncGenerator<StageEvent, number, undefined> {
  const engine = await openLlamaCpp({ model, contextSize: CONTEXT, threads: freeThreads() });
  let compared = 0;
  try {
    const session = await engine.session();
    for (const [done, one] of cases.entries()) {
      const prompt = engine.tokenize(promptOf(renderer, one));
      const [plain, drafted] = [
        await write(session, renderer, one, prompt, false),
        await write(session, renderer, one, prompt, true),
      ];
      if (plain.join() !== drafted.join()) throw otherTokens(one, engine.detokenize(plain), engine.detokenize(drafted));
      compared += plain.length;
      yield { type: 'progress', stage: STAGE, done: done + 1, total: cases.length, note: 'equal tokens' };
    }
  } finally {
    await engine.close();
  }
  return compared;
}

async function write(
  session: EngineSession,
  renderer: Renderer,
  { tool }: ArgumentCase,
  prompt: readonly number[],
  drafts: boolean,
): Promise<number[]> {
  const options = { grammar: toolGrammar(renderer, tool), stop: renderer.stop, maxTokens: MAX_TOKENS, drafts };
  return (await session.generate(prompt, options)).tokens;
}

async function goldRows(
  rehearsal: Rehearsal,
  renderer: Renderer,
  cases: readonly ArgumentCase[],
  note: string,
): Promise<BenchRow[]> {
  const sum = { plain: 0, forced: 0, copied: 0 };
  for (const one of cases) {
    const prompt = rehearsal.tokenize(promptOf(renderer, one));
    const gold = rehearsal.tokenize(renderer.argumentsSpan(one.tool, one.arguments));
    const rehearsed = { prompt, gold, grammar: toolGrammar(renderer, one.tool) };
    sum.plain += gold.length;
    sum.forced += (await rehearsal.evaluations({ ...rehearsed, copies: false })).length;
    sum.copied += (await rehearsal.evaluations({ ...rehearsed, copies: true })).length;
  }
  const row = (what: string, evaluations: number, target: number): BenchRow => ({
    name: `arguments, ${what}`,
    ratio: sum.plain / evaluations,
    target,
    limit: null,
    pass: sum.plain / evaluations >= target,
    note: `evaluations for ${cases.length} gold calls, ${sum.plain} by ${evaluations}: ${note}`,
  });
  return [row('forced', sum.forced, 1.5), row('forced and copied', sum.copied, 2)];
}

function promptOf(renderer: Renderer, { messages, tools, tool }: ArgumentCase): string {
  return renderer.argumentsPrompt(messages, tools, tool.promptName);
}

function otherTokens({ tool }: ArgumentCase, plain: string, drafted: string): ToolkitError {
  return new ToolkitError({
    kind: 'failed',
    what: `drafts change the arguments of ${tool.id}`,
    expected: plain,
    found: drafted,
  });
}
