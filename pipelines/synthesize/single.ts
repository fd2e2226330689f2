import { type Random, seededRandom } from '../../core/random.ts';
import { SchemaValidators } from '../../core/schema-validators.ts';
import type { Message } from '../../core/trace.ts';
import type { Broken } from '../../runtime/mcp/broken.ts';
import { HIDDEN } from '../../runtime/mcp/secret-forms.ts';
import type { SandboxResult } from '../../runtime/sandbox.ts';
import { answerFor } from './answer.ts';
import type { ToolModel } from './concepts.ts';
import { neverWorks } from './never-works.ts';
import { sampleArguments } from './sample-arguments.ts';
import { type Arguments, NoValue } from './sampling.ts';
import { callUnlessBroken, MOST_SILENT, type ServerState } from './state.ts';
import { claimsReadOnly } from './verify/why-odd-change.ts';
import { whyUseless } from './verify/why-useless.ts';
import { buildTrace, countReject, type Made, toolMessage, type Workshop } from './workshop.ts';
import { type Family, familiesOf, usesToolWords, writeQuery } from './write-query.ts';

const ATTEMPTS = 25;
/** Each starts the server anew. */
const MOST_BROKEN = 3;
const ANSWERED_SHARE = 0.2;
const WORDINGS = 6;
/** How often a query that may use the tool's own words is taken from the families that do. */
const PLAIN_SHARE = 0.7;

/**
 * One call, answered: sampled, run in the sandbox, and only then put into words.
 * @param purpose of an extra trace, which has a stream of its own and hard wording without the tool's words
 */
export async function makeSingle(workshop: Workshop, model: ToolModel, index: number, purpose?: string): Promise<Made> {
  const { settings } = workshop;
  const random = seededRandom(settings.seed, purpose ?? 'trace', model.tool.id, index);
  const rejects: Record<string, number> = {};
  const avoid = random.chance(purpose === undefined ? settings.synthesize.withoutToolWords : 1);
  const wanted: readonly string[] = purpose === undefined ? settings.synthesize.difficulties : ['hard'];
  const all = familiesOf(model).filter(({ difficulty }) => wanted.includes(difficulty));
  const shuffled = rotated(seededRandom(settings.seed, 'families', model.tool.id).shuffle(all), index);
  const families = !avoid && random.chance(PLAIN_SHARE) ? plainFirst(random, shuffled) : shuffled;
  for (let attempt = 0; attempt < ATTEMPTS && !breaksTooOften(workshop, model, rejects); attempt++) {
    const call = await goodCall(workshop, model, { random, rejects });
    if (call === undefined) continue;
    const written = writeFresh(workshop, model, call.args, { random, families, avoid });
    if (written === undefined) {
      countReject(rejects, `${model.tool.id}: no new wording`);
      continue;
    }
    const { family, query } = written;
    const messages: Message[] = [
      { role: 'user', content: query },
      { role: 'assistant', call: { tool: model.tool.id, arguments: call.args } },
      ...ending(workshop, model, random, call),
    ];
    const id = `${purpose === undefined ? '' : `${purpose}-`}${model.tool.slug}-${String(index).padStart(4, '0')}`;
    const trace = buildTrace(workshop, {
      id,
      messages,
      kind: 'single',
      difficulty: family.difficulty,
      family: family.id,
      executed: call.result.executed,
    });
    return { trace, rejects };
  }
  return { rejects };
}

/** Each unit starts at the next family, so that all are used alike. */
function rotated(families: readonly Family[], index: number): Family[] {
  const start = index % families.length;
  return [...families.slice(start), ...families.slice(0, start)];
}

interface Calling {
  random: Random;
  /** Counts what was refused. */
  rejects: Record<string, number>;
  /** What values are drawn from, if not from all that the server holds. */
  state?: ServerState;
  /** Without optional parameters. */
  plain?: boolean;
  /** Arguments that are given, in place of those drawn. */
  fixed?: Arguments;
}

/** What was called, and what came back. */
export interface GoodCall {
  args: Arguments;
  result: SandboxResult;
}

/** A call that is valid and that the live server carries out. */
export async function goodCall(
  workshop: Workshop,
  model: ToolModel,
  { random, rejects, state = workshop.states.get(model.tool.server)!, plain = false, fixed = {} }: Calling,
): Promise<GoodCall | undefined> {
  let args: Arguments;
  try {
    args = { ...(await sampleArguments(random, model, state, plain)), ...fixed };
  } catch (error) {
    if (!(error instanceof NoValue)) throw error;
    countReject(rejects, `${model.tool.id}: ${error.message}`);
    return undefined;
  }
  if (validators.check(model.tool.inputSchema)(args) !== undefined) {
    countReject(rejects, `${model.tool.id}: arguments do not fit the schema`);
    return undefined;
  }
  if (holdsSecret(args)) {
    countReject(rejects, `${model.tool.id}: a value would be a secret`);
    return undefined;
  }
  const result = await callUnlessBroken(workshop.sandbox, model.tool.id, args);
  const useless = typeof result === 'object' ? whyUseless(workshop, model, { args, result }) : broken(model, result);
  if (typeof result === 'object' && useless === undefined) return { args, result };
  countReject(rejects, useless!);
  await workshop.sandbox.reset();
  return undefined;
}

/** A value that was drawn from a result without its secrets: the server does not know it. */
function holdsSecret(args: Arguments): boolean {
  return JSON.stringify(args).includes(HIDDEN);
}

/**
 * Whether the tool is not called again: for this trace, where its server ended on several calls, or had to be ended on one; in the whole run, where it was silent on several,
 * never once did what it was called for, or says falsely that it is read-only: a call behind another one could not be told to be right.
 * It follows from what the units before have put down, so a resumed run decides alike.
 */
export function breaksTooOften(
  { rejects: before, worked }: Workshop,
  model: ToolModel,
  rejects: Readonly<Record<string, number>>,
): boolean {
  const silence = broken(model, 'silent');
  const lie = claimsReadOnly(model);
  return (
    (rejects[broken(model, 'ended')] ?? 0) >= MOST_BROKEN ||
    rejects[broken(model, 'flooded')] !== undefined ||
    (before.get(silence) ?? 0) + (rejects[silence] ?? 0) >= MOST_SILENT ||
    before.has(lie) ||
    rejects[lie] !== undefined ||
    neverWorks(model.tool.id, { rejects: before, worked, more: rejects })
  );
}

const BROKEN: Record<Broken, string> = {
  ended: 'its server ended',
  silent: 'its server gave no answer',
  flooded: 'its answer was too long to be read',
};

export function broken({ tool }: ToolModel, how: Broken): string {
  return `${tool.id}: ${BROKEN[how]}`;
}

const validators = new SchemaValidators();

interface Wording {
  random: Random;
  families: readonly Family[];
  avoid: boolean;
}

function plainFirst(random: Random, families: readonly Family[]): Family[] {
  const isPlain = ({ difficulty }: Family) => difficulty === 'easy';
  return [...random.shuffle(families.filter(isPlain)), ...families.filter((family) => !isPlain(family))];
}

/** A query that was not written before; with `avoid`, one without the words of the tool's name, else rather with them. */
function writeFresh(
  workshop: Workshop,
  model: ToolModel,
  args: Arguments,
  { random, families, avoid }: Wording,
): { family: Family; query: string } | undefined {
  let other: { family: Family; query: string } | undefined;
  for (const family of families) {
    for (let wording = 0; wording < WORDINGS; wording++) {
      const query = writeQuery(random, model, args, family);
      if (workshop.isUsed(query)) continue;
      if (usesToolWords(model, query, args) !== avoid) return { family, query };
      other ??= { family, query };
    }
    if (!avoid && other) return other;
  }
  return other;
}

function ending(
  workshop: Workshop,
  model: ToolModel,
  random: Random,
  { args, result }: { args: Arguments; result: SandboxResult },
): Message[] {
  if (!result.executed) return [];
  const message = toolMessage(workshop, result);
  return random.chance(ANSWERED_SHARE)
    ? [message, { role: 'assistant', content: answerFor(random, model.concept, { args, content: result.content }) }]
    : [message];
}
