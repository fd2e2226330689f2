import { seededRandom } from '../../../core/random.ts';
import type { Trace } from '../../../core/trace.ts';
import type { Refusal } from '../chat/refusal.ts';
import type { ToolModel } from '../concepts.ts';
import { isGivenUp } from '../given-up.ts';
import { buildTrace } from '../workshop.ts';
import { askQueries } from './ask-queries.ts';
import { namesTool } from './names-tool.ts';
import { type Played, play } from './play.ts';
import { drawManner, type Manner, queryFirstPrompt } from './query-prompts.ts';
import { countRefusal, type School, type TeacherUnit, tracesOf, writerOf } from './teacher-unit.ts';

export interface QueryFirstOptions {
  id: string;
  number: number;
  model: ToolModel;
}

/** A trace of which the teacher writes everything: the query for a tool, and then, as an agent, the calls. */
export function queryFirstUnit(school: School, options: QueryFirstOptions): TeacherUnit {
  const name = `teacher: ${options.model.tool.id}`;
  const rejects: Record<string, number> = {};
  return { name, rejects, candidates: candidates(school, options, { name, rejects }) };
}

async function* candidates(
  school: School,
  { id, number, model }: QueryFirstOptions,
  { name, rejects }: { name: string; rejects: Record<string, number> },
): AsyncGenerator<Trace, void, Refusal> {
  const { workshop, teacher } = school;
  const { tool } = model;
  // It gave no answer again and again when the offline writer called it.
  if (isGivenUp(workshop, model, {})) return;
  const random = seededRandom(workshop.settings.seed, 'teacher', id);
  const manner = drawManner(random, number);
  const spoken = manner.difficulty === 'hard' || manner.difficulty === 'vague';
  const queries = askQueries(teacher, {
    prompt: queryFirstPrompt(tool, workshop.states.get(tool.server)!, manner, random),
    check: (query) =>
      namesTool(query, tool, { args: {}, spoken })
        ? { reason: 'query names the tool', tell: `it names the tool \`${tool.promptName}\`` }
        : undefined,
    onRefusal: (refusal) => countRefusal(rejects, name, refusal),
  });
  yield* tracesOf(school, queries, async (query) => {
    const played = await school.others.use((sandbox) => play(school, sandbox, query));
    if ('reason' in played) return played;
    if (!played.calls.some((call) => call.tool === tool.id))
      return { reason: 'another tool was called', tell: 'the assistant answered it with another tool' };
    return traceOf(school, played, { id, manner });
  });
}

function traceOf(school: School, { messages, calls }: Played, { id, manner }: { id: string; manner: Manner }): Trace {
  return buildTrace(school.workshop, {
    id,
    messages,
    kind: calls.length === 1 ? 'single' : 'chain',
    difficulty: manner.difficulty,
    family: `teacher/${id}`,
    executed: true,
    writer: writerOf(school, 'query-first'),
  });
}
