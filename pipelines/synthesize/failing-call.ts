import type { Random } from '../../core/random.ts';
import type { ToolModel } from './concepts.ts';
import { refusalOf } from './given-up.ts';
import { goodCall } from './good-call.ts';
import { type KnownValue, knownValues, namesIn } from './known-value.ts';
import { type Misnamed, meantBy, misnamePath, misnameThing, stranger } from './misname.ts';
import type { Arguments } from './sampling.ts';
import { callUnlessBroken, type ServerState } from './state.ts';
import { countReject, type Workshop } from './workshop.ts';

/** A call that the server refused, and the one that would have been right. */
export interface Failed {
  model: ToolModel;
  state: ServerState;
  args: Arguments;
  error: string;
  known: KnownValue;
  misnamed: Misnamed;
}

interface Failing {
  random: Random;
  rejects: Record<string, number>;
  /** Nothing is like the wrong value. */
  isFinal: boolean;
}

/** Makes a call with a value in it that is wrong; `undefined` where that is no error, or leaves in doubt what is meant. */
export async function failingCall(
  workshop: Workshop,
  model: ToolModel,
  { random, rejects, isFinal }: Failing,
): Promise<Failed | undefined> {
  const good = await goodCall(workshop, model, { random, rejects, plain: true });
  if (!good?.result.executed) return undefined;
  const state = workshop.states.get(model.tool.server)!;
  const all = knownValues(state, good.args);
  if (all.length === 0) {
    countReject(rejects, refusalOf.tame(model));
    return undefined;
  }
  const known = random.pick(all);
  const misnamed = misnameOf(random, state, known, isFinal);
  if (misnamed === undefined) {
    countReject(rejects, refusalOf.unclear(model));
    return undefined;
  }
  const args = known.replaced(misnamed.wrong);
  await workshop.sandbox.reset();
  const result = await callUnlessBroken(workshop.sandbox, model.tool.id, args);
  if (typeof result === 'object' && result.executed && result.isError)
    return { model, state, args, error: result.content, known, misnamed };
  countReject(rejects, refusalOf.tame(model));
  return undefined;
}

/** A wrong value of which it is beyond doubt what is meant, or that nothing is. */
function misnameOf(
  random: Random,
  state: ServerState,
  { value, kind, others }: KnownValue,
  isFinal: boolean,
): Misnamed | undefined {
  const make = () => (kind === undefined ? misnamePath(random, value) : misnameThing(random, value));
  const misnamed = isFinal ? stranger(random, value, kind) : make();
  if (misnamed === undefined || valuesLike(state, kind).includes(misnamed.wrong)) return undefined;
  const meant = meantBy(misnamed, valuesLike(state, kind));
  if (isFinal) return meant.length === 0 ? misnamed : undefined;
  // A destination of the same name would give away what is right.
  const stem = value.replace(/.*\//, '').replace(/\.\w+$/, '');
  return meant.length === 1 && meant[0] === value && !others.some((text) => text.includes(stem)) ? misnamed : undefined;
}

/** All paths, or all names, that the server showed. */
export function valuesLike(state: ServerState, kind: string | undefined): string[] {
  return kind === undefined ? [...state.files, ...state.folders] : namesIn(state);
}
