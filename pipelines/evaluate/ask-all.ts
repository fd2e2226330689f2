import { ToolkitError } from '../../core/errors.ts';
import type { StageEvent } from '../../core/event.ts';
import { askAhead } from './ask-ahead.ts';
import { NoAnswer } from './systems/no-answer.ts';
import type { OpenSystem } from './systems/open-system.ts';

/** Systems, and what each is asked. `A` is what a system answers to a case `C`, `R` the record of it. */
export interface Asking<C extends { id: string }, A, R> {
  /** Whose events these are. */
  stage: string;
  cases: readonly C[];
  systems: readonly OpenSystem[];
  /** The record that an interrupted run left. */
  known(system: string, one: C): R | undefined;
  /** Has a system answer; systems that make steps ahead are asked before it is their turn. @throws NoAnswer where an endpoint gave none */
  ask(system: OpenSystem, one: C): Promise<A>;
  /** Makes the record of an answer, and writes it. Case by case, systems in order. */
  record(system: string, one: C, answer: A): Promise<R>;
  /** Filled by others; told as events. */
  warnings: string[];
  signal: AbortSignal;
}

export interface Asked<C, R> {
  /** Systems in order within each case. */
  records: R[];
  /** Cases that an endpoint gave no answer to: neither right nor wrong. */
  unanswered: { system: string; one: C; why: string }[];
}

/** An endpoint that gives this many answers in a row not is down, or its settings are wrong. */
const MOST_FAILURES = 3;

/**
 * Asks every system every case that has no record yet, case by case, so that an interrupted run has whole cases. One to which an endpoint gave no
 * answer gets no record, so that a run which goes on asks again.
 * @throws ToolkitError where a system fails, or an endpoint several times in a row
 */
export async function* askAll<C extends { id: string }, A, R>(
  job: Asking<C, A, R>,
): AsyncGenerator<StageEvent, Asked<C, R>, undefined> {
  const { stage, cases, systems, warnings, signal } = job;
  const ahead = askAhead(job);
  const total = cases.length * systems.length;
  const { records, unanswered }: Asked<C, R> = { records: [], unanswered: [] };
  const failures = new Map<string, number>();
  const resumed = cases.reduce((sum, one) => sum + systems.filter(({ name }) => job.known(name, one)).length, 0);
  yield { type: 'start', stage, total, resumed };
  try {
    for (const [at, one] of cases.entries()) {
      ahead.start(at);
      for (const system of systems) {
        signal.throwIfAborted();
        const { name } = system;
        const found = job.known(name, one) ?? (await recordOne(job, { system, one, answer: ahead.ask(system, at) }));
        if (found instanceof NoAnswer) {
          failures.set(name, (failures.get(name) ?? 0) + 1);
          if (failures.get(name) === MOST_FAILURES) throw located(found.cause, name, one);
          unanswered.push({ system: name, one, why: found.message });
          warnings.push(`${name} gave no answer to case ${one.id}, which stays unscored: ${found.message}`);
        } else {
          failures.delete(name);
          records.push(found);
        }
        for (const message of warnings.splice(0)) yield { type: 'warning', stage, message };
        yield { type: 'progress', stage, done: records.length + unanswered.length, total, note: `${name} ${one.id}` };
      }
    }
    return { records, unanswered };
  } finally {
    await ahead.settle();
  }
}

async function recordOne<C extends { id: string }, A, R>(
  job: Pick<Asking<C, A, R>, 'record'>,
  { system: { name }, one, answer }: { system: OpenSystem; one: C; answer: Promise<A> },
): Promise<R | NoAnswer> {
  const made = await answer.catch((error: unknown) => {
    if (error instanceof NoAnswer) return error;
    throw error instanceof ToolkitError ? located(error, name, one) : error;
  });
  return made instanceof NoAnswer ? made : job.record(name, one, made);
}

function located({ details }: ToolkitError, system: string, { id }: { id: string }): ToolkitError {
  const where = [`${system}, case ${id}`, details.where].filter(Boolean).join(': ');
  return new ToolkitError({ ...details, where });
}
