import { canonicalJson } from '../../core/hash.ts';
import { type Random, seededRandom } from '../../core/random.ts';
import type { Message } from '../../core/trace.ts';
import type { SandboxResult } from '../../runtime/sandbox.ts';
import { valuesIn } from '../telling/told-values.ts';
import { askFor } from './ask.ts';
import type { ToolModel } from './concepts.ts';
import { isGivenUp } from './given-up.ts';
import { goodCall } from './good-call.ts';
import { STYLES } from './phrases/asks.ts';
import { PARALLEL_STYLES } from './phrases/parallel.ts';
import type { Arguments } from './sampling.ts';
import { traceId } from './trace-id.ts';
import { buildTrace, countReject, type Made, toolMessage, type Workshop } from './workshop.ts';

const ATTEMPTS = 25;
const THREE_SHARE = 0.25;
const SAME_TOOL_SHARE = 0.25;

interface Tools {
  /** Which can be called. */
  models: readonly ToolModel[];
  /** Those of them of which a trace has at least one. */
  firsts: readonly ToolModel[];
}

/** One of several calls that a query asks for, with what it brought. */
interface Part {
  model: ToolModel;
  args: Arguments;
  result: Extract<SandboxResult, { executed: true }>;
}

/**
 * A trace whose query asks for two or three things that do not need one another. One call a step, in the query's order, each behind the result
 * of the one before: the runtime makes one call at a time.
 */
export async function makeParallel(workshop: Workshop, { models, firsts }: Tools, index: number): Promise<Made> {
  const random = seededRandom(workshop.settings.seed, 'parallel', index);
  const rejects: Record<string, number> = {};
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const isUsable = (model: ToolModel) => !isGivenUp(workshop, model, rejects);
    const usable = { models: models.filter(isUsable), firsts: firsts.filter(isUsable) };
    if (usable.firsts.length === 0) break;
    const chosen = chooseTools(random, usable, index);
    await workshop.sandbox.reset();
    const parts = await callAll(workshop, chosen, { random, rejects });
    if (parts === undefined) continue;
    // Each round through the tools meets another style.
    const style = (index + Math.floor(index / models.length)) % STYLES;
    const query = writeParallel(random, parts, style);
    if (workshop.isUsed(query)) continue;
    const id = traceId('parallel', index);
    const difficulty = parts.length === 2 ? 'medium' : 'hard';
    const messages: Message[] = [
      { role: 'user', content: query },
      ...parts.flatMap((part) => messagesOf(workshop, part)),
    ];
    const slugs = parts.map(({ model }) => model.tool.slug).sort();
    const family = `parallel/${slugs.join('/')}/${style}`;
    const trace = buildTrace(workshop, { id, messages, kind: 'parallel', difficulty, family, executed: true });
    return { trace, rejects };
  }
  return { rejects };
}

/** The first one in turn, so that all are used alike. */
function chooseTools(random: Random, { models, firsts }: Tools, index: number): ToolModel[] {
  const first = firsts[index % firsts.length]!;
  const more = random.chance(THREE_SHARE) ? 2 : 1;
  const others = Array.from({ length: more }, () => (random.chance(SAME_TOOL_SHARE) ? first : random.pick(models)));
  return random.shuffle([first, ...others]);
}

async function callAll(
  workshop: Workshop,
  models: readonly ToolModel[],
  { random, rejects }: { random: Random; rejects: Record<string, number> },
): Promise<Part[] | undefined> {
  const parts: Part[] = [];
  for (const model of models) {
    const call = await goodCall(workshop, model, { random, rejects, plain: true });
    if (!call?.result.executed) return undefined;
    const part = { model, args: call.args, result: call.result };
    if (parts.some((other) => depend(other, part))) {
      countReject(rejects, 'parallel: the calls have to do with one another');
      return undefined;
    }
    parts.push(part);
  }
  return parts;
}

/** Whether the order of two calls may make a difference: what one changes is of what the other is about. The same call twice is one wish. */
function depend(a: Part, b: Part): boolean {
  if (a.model === b.model && canonicalJson(a.args) === canonicalJson(b.args)) return true;
  const isReader = ({ model }: Part) => model.tool.annotations.readOnlyHint === true;
  if ((isReader(a) && isReader(b)) || a.model.tool.server !== b.model.tool.server) return false;
  const [first, second] = [valuesIn(a.args), valuesIn(b.args)];
  // A call about nothing in particular is about everything.
  if (first.length === 0 || second.length === 0) return true;
  return first.some((value) => second.some((other) => isInside(value, other) || isInside(other, value)));
}

function isInside(value: string, place: string): boolean {
  return value === place || place === '.' || value.startsWith(`${place}/`);
}

function messagesOf(workshop: Workshop, { model, args, result }: Part): Message[] {
  return [{ role: 'assistant', call: { tool: model.tool.id, arguments: args } }, toolMessage(workshop, result)];
}

function writeParallel(random: Random, parts: readonly Part[], style: number): string {
  const { two, three } = PARALLEL_STYLES[style]!;
  const asks = parts.map(({ model, args }) => askFor(random, model, args, style));
  const [a = '', b = '', c = ''] = asks;
  const [A = '', B = '', C = ''] = asks.map((ask) => ask.charAt(0).toUpperCase() + ask.slice(1));
  const words: Record<string, string> = { a, b, c, A, B, C };
  return random.pick(parts.length === 2 ? two : three).replaceAll(/\{([abcABC])\}/g, (_, key: string) => words[key]!);
}
