import type { BoundedChatModel } from '../chat/bounded-chat-model.ts';
import type { TeachingProgress } from '../chat/teaching-progress.ts';
import { type KindMaker, kindMakers } from '../kind-makers.ts';
import { identified } from '../make-units.ts';
import { makeSingle } from '../single.ts';
import { traceId } from '../trace-id.ts';
import type { Verifier } from '../verify/verifier.ts';
import type { Workshop } from '../workshop.ts';
import { callFirstUnit } from './call-first.ts';
import { makeAhead, type NamedMade } from './make-ahead.ts';
import { queryFirstUnit } from './query-first.ts';
import { SandboxPool } from './sandbox-pool.ts';
import type { TeacherSettings } from './teacher-settings.ts';
import type { School, TeacherUnit } from './teacher-unit.ts';

export interface TeachingParts {
  teacher: BoundedChatModel;
  settings: TeacherSettings;
  /** Where the teacher's own conversations run; absent: in the workshop's sandbox, one after another. */
  others?: SandboxPool;
  verifier: Verifier;
  /** Begun with the first trace. */
  progress: TeachingProgress;
}

export interface Teaching {
  /** The traces that there are to be. */
  units: (TeacherUnit & { id: string })[];
  /** Makes some of them, in their order. */
  make(units: readonly TeacherUnit[]): AsyncGenerator<NamedMade>;
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
  return {
    units: identified(teacherUnits(school, settings)),
    make(units) {
      progress.begin(units.length);
      const stop = (why: Error) => {
        for (const model of [teacher, ...verifier.chatModels]) model.stop(why);
      };
      return makeAhead(units, { ahead: 2 * settings.concurrency, stop, isUsed });
    },
  };
}

/** In their order. They are made from other calls than those of the offline writer. */
function teacherUnits(school: School, { callFirst, queryFirst, ...more }: TeacherSettings): TeacherUnit[] {
  const { workshop } = school;
  const written = workshop.settings.synthesize;
  const counts: Partial<Record<KindMaker['name'], number>> = more;
  return [
    ...workshop.models.flatMap((model) => [
      ...times(callFirst, (number) =>
        callFirstUnit(school, {
          name: model.tool.id,
          id: traceId(`teacher-call-${model.tool.slug}`, number),
          number,
          draft: () => makeSingle(workshop, model, written.tracesPerTool + number),
        }),
      ),
      ...times(workshop.sandbox.mayExecute(model.tool) ? queryFirst : 0, (number) =>
        queryFirstUnit(school, { id: traceId(`teacher-query-${model.tool.slug}`, number), number, model }),
      ),
    ]),
    ...kindMakers(workshop).flatMap(({ name, kind, make }) =>
      times(counts[name] ?? 0, (number) =>
        callFirstUnit(school, {
          name,
          id: traceId(`teacher-${kind}`, number),
          number,
          draft: () => make(written[name] + number),
        }),
      ),
    ),
  ];
}

function times<T>(count: number, make: (number: number) => T): T[] {
  return Array.from({ length: count }, (_, number) => make(number));
}
