import { seededRandom } from '../../core/random.ts';
import type { Message } from '../../core/trace.ts';
import { clarification, waysToLeaveOut } from './clarify-words.ts';
import type { ToolModel } from './concepts.ts';
import { endingOf } from './ending.ts';
import { isGivenUp } from './given-up.ts';
import { goodCall } from './good-call.ts';
import type { Arguments } from './sampling.ts';
import { traceId } from './trace-id.ts';
import { buildTrace, countReject, type Made, type Workshop } from './workshop.ts';

const ATTEMPTS = 25;
const ANSWERED_SHARE = 0.3;

/** Whether a query for a tool can leave out what has to be known. */
export function canClarify(model: ToolModel): boolean {
  return waysToLeaveOut(model).length > 0;
}

/** Queries speak of one entry, one note, one connection. */
function namesSeveral({ slots }: ToolModel, args: Arguments): boolean {
  const lists = slots.filter(({ kind }) => kind === 'name' || kind === 'object').map(({ name }) => args[name]);
  return lists.some((list) => Array.isArray(list) && list.length > 1);
}

/** A trace whose query leaves out a required value: the assistant asks for it, the user tells it, and the call is made. */
export async function makeClarify(workshop: Workshop, models: readonly ToolModel[], index: number): Promise<Made> {
  const { settings } = workshop;
  const random = seededRandom(settings.seed, 'clarify', index);
  const rejects: Record<string, number> = {};
  const usable = models.filter((model) => !isGivenUp(workshop, model, rejects));
  const model = usable[index % usable.length];
  if (model === undefined) return { rejects };
  const ways = seededRandom(settings.seed, 'families', 'clarify', model.tool.id).shuffle(waysToLeaveOut(model));
  const round = Math.floor(index / models.length);
  for (let attempt = 0; attempt < ATTEMPTS && !isGivenUp(workshop, model, rejects); attempt++) {
    const call = await goodCall(workshop, model, { random, rejects, plain: true });
    if (call === undefined || namesSeveral(model, call.args)) continue;
    const way = ways[(round + attempt) % ways.length]!;
    const { query, question, reply } = clarification(random, model, call.args, way);
    if (workshop.isUsed(query)) {
      countReject(rejects, `clarify ${model.tool.id}: no new wording`);
      continue;
    }
    const messages: Message[] = [
      { role: 'user', content: query },
      { role: 'assistant', content: question },
      { role: 'user', content: reply },
      { role: 'assistant', call: { tool: model.tool.id, arguments: call.args } },
      ...endingOf(workshop, model, call, { random, share: ANSWERED_SHARE }),
    ];
    const trace = buildTrace(workshop, {
      id: traceId('clarify', index),
      messages,
      kind: 'clarify',
      difficulty: 'vague',
      family: `clarify/${model.tool.slug}/${waysToLeaveOut(model).indexOf(way)}`,
      executed: call.result.executed,
    });
    return { trace, rejects };
  }
  return { rejects };
}
