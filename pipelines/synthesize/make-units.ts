import type { Trace } from '../../core/trace.ts';
import type { KeptUnit, KeptUnits } from './kept-units.ts';
import type { NamedMade } from './teacher/make-ahead.ts';
import type { Unit } from './units.ts';
import { makeVerified } from './verify/make-verified.ts';
import type { Verifier } from './verify/verifier.ts';
import type { Workshop } from './workshop.ts';

/** A unit that a later run can tell from all others. */
export interface IdentifiedUnit extends Unit {
  id: string;
}

/** A unit of older traces, or one to be made. */
export type PlannedUnit<T> = { id: string } & ({ kept: KeptUnit } | { unit: T });

/** A unit's outcome. */
export type MadeUnit = NamedMade & { id: string; isKept: boolean };

/** Numbers units among those of their name. */
export function identified<T extends { name: string }>(units: readonly T[]): (T & { id: string })[] {
  const counts = new Map<string, number>();
  return units.map((unit) => {
    const number = counts.get(unit.name) ?? 0;
    counts.set(unit.name, number + 1);
    return { ...unit, id: `${unit.name}#${number}` };
  });
}

/** Puts what is kept in the place of what would be made. */
export function keptOrMade<T extends { id: string }>(
  units: readonly T[],
  kept: KeptUnits | undefined,
): PlannedUnit<T>[] {
  return units.map((unit) => {
    const found = kept?.units.get(unit.id);
    return { id: unit.id, ...(found ? { kept: found } : { unit }) };
  });
}

/** What of it is to be made. */
export function toMake<T>(planned: readonly PlannedUnit<T>[]): T[] {
  return planned.flatMap((one) => ('unit' in one ? [one.unit] : []));
}

/** Gives what is kept, and between it what is made, in order. @param made makes, in order, what is not kept */
export async function* inPlannedOrder<T>(
  planned: readonly PlannedUnit<T>[],
  made: AsyncGenerator<NamedMade>,
): AsyncGenerator<MadeUnit> {
  try {
    for (const one of planned) {
      if ('kept' in one) yield await outcomeOf(one.kept);
      else yield { ...(await made.next()).value, id: one.id, isKept: false };
    }
  } finally {
    await made.return(undefined);
  }
}

async function outcomeOf({ id, name, rejects, hasTrace, trace }: KeptUnit): Promise<MadeUnit> {
  return { id, name, rejects, isKept: true, ...(hasTrace && { trace: await trace() }) };
}

interface Making {
  workshop: Workshop;
  verifier: Verifier;
  /** See `makeVerified`. */
  refusedQueries: Set<string>;
  signal: AbortSignal;
}

/** Makes units one after another, each from the same state of the servers, as often as the verifier refuses its trace. */
export async function* makeInTurn(
  units: readonly Unit[],
  { workshop, verifier, refusedQueries, signal }: Making,
): AsyncGenerator<NamedMade> {
  for (const { name, make } of units) {
    const makeAnew = async () => {
      signal.throwIfAborted();
      await workshop.sandbox.reset();
      return make();
    };
    const check = (trace: Trace) => verifier.check(trace, 'offline');
    yield { name, ...(await makeVerified({ make: makeAnew, check, refusedQueries })) };
  }
}
