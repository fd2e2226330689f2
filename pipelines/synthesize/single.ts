import { type Random, seededRandom } from '../../core/random.ts';
import type { Message } from '../../core/trace.ts';
import type { ToolModel } from './concepts.ts';
import { endingOf } from './ending.ts';
import { isGivenUp } from './given-up.ts';
import { goodCall } from './good-call.ts';
import type { Arguments } from './sampling.ts';
import { traceId } from './trace-id.ts';
import { buildTrace, countReject, type Made, type Workshop } from './workshop.ts';
import { type Family, familiesOf, usesToolWords, writeQuery } from './write-query.ts';

const ATTEMPTS = 25;
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
  for (let attempt = 0; attempt < ATTEMPTS && !isGivenUp(workshop, model, rejects); attempt++) {
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
      ...endingOf(workshop, model, call, { random, share: ANSWERED_SHARE }),
    ];
    const id = traceId(`${purpose === undefined ? '' : `${purpose}-`}${model.tool.slug}`, index);
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
