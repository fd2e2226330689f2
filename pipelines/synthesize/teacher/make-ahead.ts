import type { Trace } from '../../../core/trace.ts';
import type { Refusal } from '../chat/refusal.ts';
import type { Made } from '../workshop.ts';
import type { TeacherUnit } from './teacher-unit.ts';

const SAME: Refusal = { reason: 'the same query was written before', tell: 'there is such a message already' };

/** A unit's outcome, whose name goes with it. */
export type NamedMade = Made & { name: string };

/**
 * Makes units a few at a time and gives their traces in order. Whether a query is new is decided in that order too, so it makes no difference
 * which answer comes first.
 * @param stop has nothing more sent to models
 */
export async function* makeAhead(
  units: Iterable<TeacherUnit>,
  { ahead, stop, isUsed }: { ahead: number; stop: (why: Error) => void; isUsed: (query: string) => boolean },
): AsyncGenerator<NamedMade> {
  const started: Started[] = [];
  try {
    for (const unit of units) {
      started.push(start(unit));
      if (started.length > ahead) yield await finish(started.shift()!, isUsed);
    }
    while (started.length > 0) yield await finish(started.shift()!, isUsed);
  } finally {
    stop(new Error('nobody waits for the answer any more'));
    await Promise.allSettled(started.map(({ first }) => first));
  }
}

interface Started {
  unit: TeacherUnit;
  first: Promise<IteratorResult<Trace, void>>;
}

function start(unit: TeacherUnit): Started {
  const first = unit.candidates.next();
  first.catch(() => {}); // thrown when its turn comes
  return { unit, first };
}

async function finish({ unit, first }: Started, isUsed: (query: string) => boolean): Promise<NamedMade> {
  const { name, rejects, candidates } = unit;
  let step = await first;
  while (!step.done && isUsed(String(step.value.messages[0]?.content))) {
    step = await candidates.next(SAME);
  }
  return { name, rejects, ...(step.done ? {} : { trace: step.value }) };
}
