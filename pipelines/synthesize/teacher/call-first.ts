import { seededRandom } from '../../../core/random.ts';
import { stepsOf, type Trace } from '../../../core/trace.ts';
import { isTold, valuesIn } from '../../telling/told-values.ts';
import type { Refusal } from '../chat/refusal.ts';
import { buildTrace, countReject, type Made } from '../workshop.ts';
import { askQueries } from './ask-queries.ts';
import { namesTool } from './names-tool.ts';
import { callFirstPrompt, drawManner, type Manner } from './query-prompts.ts';
import { countRefusal, type School, type TeacherUnit, tracesOf, writerOf } from './teacher-unit.ts';

export interface CallFirstOptions {
  /** Of what is made: a tool's id, or `chains`. */
  name: string;
  id: string;
  number: number;
  /** Makes a trace by the offline writer, whose query is then replaced. */
  draft: () => Promise<Made>;
}

/** A trace whose calls were sampled and carried out before the teacher puts them into words: they are right by construction. */
export function callFirstUnit(school: School, options: CallFirstOptions): TeacherUnit {
  const name = `teacher: ${options.name}`;
  const rejects: Record<string, number> = {};
  return { name, rejects, candidates: candidates(school, options, { name, rejects }) };
}

async function* candidates(
  school: School,
  { id, number, draft }: CallFirstOptions,
  { name, rejects }: { name: string; rejects: Record<string, number> },
): AsyncGenerator<Trace, void, Refusal> {
  const { workshop, teacher } = school;
  const drafted = await school.own.use(draft);
  for (const [reason, count] of Object.entries(drafted.rejects))
    for (let times = 0; times < count; times++) countReject(rejects, `teacher: ${reason}`);
  if (drafted.trace === undefined) return;
  const untold = school.verifier.checkFree(drafted.trace);
  if (untold !== undefined) return countRefusal(rejects, name, untold);
  const { messages, provenance } = drafted.trace;
  const manner = drawManner(seededRandom(workshop.settings.seed, 'teacher', id), number);
  const wording = wordingOf(school, drafted.trace, manner);
  const queries = askQueries(teacher, {
    prompt: callFirstPrompt(wording),
    check: (query) => checkWording(query, wording),
    onRefusal: (refusal) => countRefusal(rejects, name, refusal),
  });
  yield* tracesOf(school, queries, async (query) =>
    buildTrace(workshop, {
      id,
      messages: [{ role: 'user', content: query }, ...messages.slice(1)],
      kind: provenance.kind,
      difficulty: manner.difficulty,
      family: `teacher/${id}`,
      executed: provenance.executed,
      writer: writerOf(school, 'call-first'),
    }),
  );
}

type Wording = Parameters<typeof callFirstPrompt>[0];

/** The offline writer's query tells all that a user has to tell (also what is wrong in it), and nothing that the calls have to find out. */
function wordingOf({ workshop }: School, trace: Trace, manner: Manner): Wording {
  const meaning = trace.messages[0]!.content ?? '';
  const tools = new Map(workshop.catalogue.tools.map((tool) => [tool.id, tool]));
  const steps = stepsOf(trace).flatMap(({ call, result }) =>
    call === null ? [] : [{ tool: tools.get(call.tool)!, call, result: result?.content }],
  );
  const values = valuesIn(steps.map(({ call }) => call.arguments));
  const [first] = steps;
  const known = new Set(valuesIn(first?.call.arguments));
  const results = steps
    .slice(0, -1)
    .map(({ result }) => result ?? '')
    .join('\n');
  return {
    steps,
    meaning,
    manner,
    told: values.filter((value) => isTold(value, meaning)),
    hidden: valuesIn(steps.slice(1).map(({ call }) => call.arguments)).filter(
      (value) => value.length > 2 && !known.has(value) && !isTold(value, meaning) && isTold(value, results),
    ),
  };
}

function checkWording(query: string, { steps, told, hidden, manner }: Wording): Refusal | undefined {
  const spoken = manner.difficulty === 'hard' || manner.difficulty === 'vague';
  const named = steps.find(({ tool, call }) => namesTool(query, tool, { args: call.arguments, spoken }));
  if (named) return { reason: 'query names the tool', tell: `it names the tool \`${named.tool.promptName}\`` };
  const missing = told.filter((value) => !isTold(value, query));
  if (missing.length > 0)
    return {
      reason: 'query leaves out a value',
      tell: `it leaves out ${missing.map((value) => JSON.stringify(value)).join(', ')}`,
    };
  const early = hidden.find((value) => isTold(value, query));
  if (early !== undefined)
    return {
      reason: 'query tells what the first call has to find out',
      tell: `it tells ${JSON.stringify(early)}, which the user does not know`,
    };
  return undefined;
}
