import { chainPairs, makeChain } from '../chain.ts';
import { makeParallel } from '../parallel.ts';
import { makeRecovery, recoverable } from '../recovery.ts';
import { makeSingle } from '../single.ts';
import type { Verifier } from '../verify/verifier.ts';
import type { Workshop } from '../workshop.ts';
import { callFirstUnit } from './call-first.ts';
import { makeAhead, type NamedMade } from './make-ahead.ts';
import { queryFirstUnit } from './query-first.ts';
import { SandboxPool } from './sandbox-pool.ts';
import type { Teacher } from './teacher.ts';
import type { TeacherSettings } from './teacher-settings.ts';
import type { School, TeacherUnit } from './teacher-unit.ts';
import type { TeachingProgress } from './teaching-progress.ts';

export interface TeachingParts {
  teacher: Teacher;
  settings: TeacherSettings;
  /** Where the teacher's own conversations run; absent: in the workshop's sandbox, one after another. */
  others?: SandboxPool;
  verifier: Verifier;
  /** Begun with the first trace. */
  progress: TeachingProgress;
}

export interface Teaching {
  /** How many traces there are to be. */
  count: number;
  /** Makes all from a unit on. */
  make(first: number): AsyncGenerator<NamedMade>;
}

/** What a teacher adds to the offline writer's traces, when those are made. */
export function planTeaching(
  workshop: Workshop,
  { teacher, settings, others, verifier, progress }: TeachingParts,
): Teaching {
  const { isUsed, sandbox } = workshop;
  const own = new SandboxPool(async () => sandbox, 1);
  // The draft of a unit must not depend on which units before it are done.
  const school: School = {
    workshop: { ...workshop, isUsed: () => false },
    teacher,
    model: settings.model,
    verifier,
    own,
    others: others ?? own,
  };
  const units = planUnits(school, settings);
  return {
    count: units.length,
    make(first) {
      progress.begin(units.length - first);
      const stop = (why: Error) => {
        for (const model of [teacher, ...verifier.chatModels]) model.stop(why);
      };
      return makeAhead(units.slice(first), { ahead: 2 * settings.concurrency, stop, isUsed });
    },
  };
}

/** In their order. They are made from other calls than those of the offline writer. */
function planUnits(
  school: School,
  { callFirst, queryFirst, chains, parallel, recovery }: TeacherSettings,
): TeacherUnit[] {
  const { workshop } = school;
  const written = workshop.settings.synthesize;
  const executable = workshop.models.filter(({ tool }) => workshop.sandbox.mayExecute(tool));
  const pairs = chainPairs(executable);
  const recoverables = recoverable(executable);
  return [
    ...workshop.models.flatMap((model) => [
      ...times(callFirst, (number) =>
        callFirstUnit(school, {
          name: model.tool.id,
          id: idOf(`call-${model.tool.slug}`, number),
          number,
          draft: () => makeSingle(school.workshop, model, written.tracesPerTool + number),
        }),
      ),
      ...times(executable.includes(model) ? queryFirst : 0, (number) =>
        queryFirstUnit(school, { id: idOf(`query-${model.tool.slug}`, number), number, model }),
      ),
    ]),
    ...times(pairs.length === 0 ? 0 : chains, (number) =>
      callFirstUnit(school, {
        name: 'chains',
        id: idOf('chain', number),
        number,
        draft: () => makeChain(school.workshop, pairs, written.chains + number),
      }),
    ),
    ...times(executable.length === 0 ? 0 : parallel, (number) =>
      callFirstUnit(school, {
        name: 'parallel',
        id: idOf('parallel', number),
        number,
        draft: () => makeParallel(school.workshop, executable, written.parallel + number),
      }),
    ),
    ...times(recoverables.length === 0 ? 0 : recovery, (number) =>
      callFirstUnit(school, {
        name: 'recovery',
        id: idOf('recovery', number),
        number,
        draft: () => makeRecovery(school.workshop, recoverables, written.recovery + number),
      }),
    ),
  ];
}

function times<T>(count: number, make: (number: number) => T): T[] {
  return Array.from({ length: count }, (_, number) => make(number));
}

function idOf(name: string, number: number): string {
  return `teacher-${name}-${String(number).padStart(4, '0')}`;
}
