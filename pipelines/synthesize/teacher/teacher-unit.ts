import type { Trace } from '../../../core/trace.ts';
import type { BoundedChatModel } from '../chat/bounded-chat-model.ts';
import type { Refusal } from '../chat/refusal.ts';
import type { Verifier } from '../verify/verifier.ts';
import { countReject, type Workshop } from '../workshop.ts';
import { TEACHER_WRITER } from './query-prompts.ts';
import type { SandboxPool } from './sandbox-pool.ts';

/** What the units that a teacher works on share. */
export interface School {
  /** As the offline writer left it: what it refuses and has written does not change any more, whatever comes first. */
  workshop: Workshop;
  teacher: BoundedChatModel;
  model: string;
  /** What all that it makes has to stand. */
  verifier: Verifier;
  /** The workshop's own sandbox, for one unit at a time. */
  own: SandboxPool;
  /** Sandboxes for whole conversations. */
  others: SandboxPool;
}

/** One trace to be made. Work on it may start before other units are done: only `candidates` that are asked for again depend on those. */
export interface TeacherUnit {
  name: string;
  rejects: Record<string, number>;
  /** Good traces, each another one after the last was refused. */
  candidates: AsyncGenerator<Trace, void, Refusal>;
}

/** Counts apart from those of the offline writer, which goes by its own. */
export function countRefusal(rejects: Record<string, number>, name: string, { reason }: Refusal): void {
  countReject(rejects, `${name}: ${reason}`);
}

/** Turns queries into traces; a query that leads to none is refused, and so is one whose trace the verifier or the caller refuses. */
export async function* tracesOf(
  { verifier }: School,
  queries: AsyncGenerator<string, void, Refusal>,
  make: (query: string) => Promise<Trace | Refusal>,
): AsyncGenerator<Trace, void, Refusal> {
  let step = await queries.next();
  while (!step.done) {
    const made = await make(step.value);
    const refusal = 'reason' in made ? made : await verifier.check(made, 'teacher');
    step = await queries.next(refusal ?? (yield made as Trace));
  }
}

export function writerOf({ model }: School, way: 'call-first' | 'query-first'): string {
  return `${TEACHER_WRITER}/${way}/${model}`;
}
