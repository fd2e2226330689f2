import { type Random, seededRandom } from '../../core/random.ts';
import type { Message } from '../../core/trace.ts';
import { answerFor } from './answer.ts';
import type { ToolModel } from './concepts.ts';
import { type Failed, failingCall, valuesLike } from './failing-call.ts';
import { isGivenUp, isHopeless, refusalOf } from './given-up.ts';
import { looksUp, lookUps } from './look-up.ts';
import { meantBy } from './misname.ts';
import { NOT_THERE, NOTHING_ALIKE, RECOVERED } from './phrases/recovery.ts';
import { callUnlessBroken } from './state.ts';
import { traceId } from './trace-id.ts';
import { whyUseless } from './verify/why-useless.ts';
import { buildTrace, countReject, type Made, toolMessage, type Workshop } from './workshop.ts';
import { familiesOf, writeQuery } from './write-query.ts';

const ATTEMPTS = 45;
/** Attempts with one tool before the next one's turn. */
const TURN = 3;
const FINAL_SHARE = 0.3;
const LOOKED_SHARE = 0.7;

/** The tools that take something, on servers that let one look for what is meant. */
export function recoverable(models: readonly ToolModel[]): ToolModel[] {
  const open = new Set(models.filter(looksUp).map(({ tool }) => tool.server));
  return models.filter(({ tool, slots }) => open.has(tool.server) && slots.some(({ required }) => required));
}

/**
 * A trace whose first call fails, for the user is slightly wrong: a look-up shows what is meant, beyond doubt, and the call is made again with
 * that. Or nothing is like it, and the assistant says so. The query is worded like one for a single call, and is of that family.
 */
export async function makeRecovery(workshop: Workshop, models: readonly ToolModel[], index: number): Promise<Made> {
  const random = seededRandom(workshop.settings.seed, 'recovery', index);
  const rejects: Record<string, number> = {};
  const isFinal = random.chance(FINAL_SHARE);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const fit = models.filter((model) => !isHopeless(workshop, model, rejects) && !isGivenUp(workshop, model, rejects));
    if (fit.length === 0) break;
    const model = fit[(index + Math.floor(attempt / TURN)) % fit.length]!;
    await workshop.sandbox.reset();
    const failed = await failingCall(workshop, model, { random, rejects, isFinal });
    const rest = failed && (await (isFinal ? giveUp : recover)(workshop, failed, random));
    if (failed !== undefined && rest === undefined) countReject(rejects, refusalOf.unclear(model));
    if (failed === undefined || rest === undefined) continue;
    const family = random.pick(familiesOf(model));
    const query = writeQuery(random, model, failed.args, family);
    if (workshop.isUsed(query)) continue;
    const messages: Message[] = [
      { role: 'user', content: query },
      { role: 'assistant', call: { tool: model.tool.id, arguments: failed.args } },
      toolMessage(workshop, { content: failed.error, isError: true }),
      ...rest,
    ];
    const { difficulty, id: familyId } = family;
    const id = traceId('recovery', index);
    const trace = buildTrace(workshop, {
      id,
      messages,
      kind: 'recovery',
      difficulty,
      family: familyId,
      executed: true,
    });
    return { trace, rejects };
  }
  return { rejects };
}

/** A look-up whose result shows so many of the things that can be meant. */
async function lookUp(
  workshop: Workshop,
  { model, state, misnamed, known }: Failed,
  { random, count }: { random: Random; count: 0 | 1 },
): Promise<Message[] | undefined> {
  const beside = workshop.models.filter(
    ({ tool }) => tool.server === model.tool.server && workshop.sandbox.mayExecute(tool),
  );
  for (const one of random.shuffle(lookUps(beside, misnamed, known.kind === undefined))) {
    const result = await callUnlessBroken(workshop.sandbox, one.model.tool.id, one.args);
    if (typeof result !== 'object' || !result.executed || result.isError) continue;
    const message = toolMessage(workshop, result);
    const shown = meantBy(misnamed, one.shows(message.content, valuesLike(state, known.kind)));
    const isShown = count === 0 || shown[0] === known.value;
    if (shown.length !== count || !isShown) continue;
    return [{ role: 'assistant', call: { tool: one.model.tool.id, arguments: one.args } }, message];
  }
  return undefined;
}

async function recover(workshop: Workshop, failed: Failed, random: Random): Promise<Message[] | undefined> {
  const { model, known, misnamed } = failed;
  const found = await lookUp(workshop, failed, { random, count: 1 });
  if (found === undefined) return undefined;
  const args = known.replaced(known.value);
  const result = await callUnlessBroken(workshop.sandbox, model.tool.id, args);
  if (typeof result !== 'object' || !result.executed || whyUseless(workshop, model, { args, result }) !== undefined)
    return undefined;
  const answer = answerFor(random, model.concept, { args, content: result.content });
  return [
    ...found,
    { role: 'assistant', call: { tool: model.tool.id, arguments: args } },
    toolMessage(workshop, result),
    { role: 'assistant', content: fill(random, RECOVERED, { wrong: misnamed.wrong, right: known.value, answer }) },
  ];
}

async function giveUp(workshop: Workshop, failed: Failed, random: Random): Promise<Message[] | undefined> {
  const { wrong } = failed.misnamed;
  if (!random.chance(LOOKED_SHARE)) return [{ role: 'assistant', content: fill(random, NOT_THERE, { wrong }) }];
  const found = await lookUp(workshop, failed, { random, count: 0 });
  return found && [...found, { role: 'assistant', content: fill(random, NOTHING_ALIKE, { wrong }) }];
}

function fill(random: Random, phrases: readonly string[], values: Readonly<Record<string, string>>): string {
  return random.pick(phrases).replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name]!);
}
