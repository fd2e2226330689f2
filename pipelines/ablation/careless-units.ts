import { type Random, seededRandom } from '../../core/random.ts';
import { stepsOf, type Trace } from '../../core/trace.ts';
import { planUnits, type Unit } from '../synthesize/units.ts';
import { inventFileName, inventPhrase } from '../synthesize/words/invent.ts';
import type { Made, Workshop } from '../synthesize/workshop.ts';
import { valuesIn } from '../telling/told-values.ts';

/** How often the query of a single call tells another value than the call has. */
const WRONG_SHARE = 0.3;
/** How often a trace is one that was there before, but for a few words. */
const REPEATED_SHARE = 0.4;
const EXTRAS = ['Thanks!', 'Please.', 'Now.', 'OK?'];

/**
 * The offline writer's units as a careless writer would make them, from the same seeds. The offline writer is right by construction and
 * repeats nothing, so that with its own traces nothing could be seen of what verification and dedupe are worth.
 */
export function carelessUnits(workshop: Workshop): Unit[] {
  const units = planUnits(workshop);
  // Made once more, a unit is to be what it was, although its query is used by then.
  const again = planUnits({ ...workshop, isUsed: () => false });
  let original = 0;
  return units.map((unit, at) => {
    const random = seededRandom(workshop.settings.seed, 'careless', at);
    const isRepeat = units[original]!.name === unit.name && at > 0 && random.chance(REPEATED_SHARE);
    if (!isRepeat) original = at;
    const { make } = isRepeat ? again[original]! : unit;
    const change = (trace: Trace) => (isRepeat ? reworded(random, trace, at) : misquoted(random, trace));
    return {
      name: unit.name,
      async make(): Promise<Made> {
        const made = await make();
        return made.trace ? { ...made, trace: change(made.trace) } : made;
      },
    };
  });
}

function reworded(random: Random, trace: Trace, at: number): Trace {
  return { ...withQuery(trace, (query) => `${query} ${random.pick(EXTRAS)}`), id: `${trace.id}-again-${at}` };
}

function misquoted(random: Random, trace: Trace): Trace {
  const call = stepsOf(trace)[0]?.call;
  if (trace.provenance.kind !== 'single' || !call || !random.chance(WRONG_SHARE)) return trace;
  return withQuery(trace, (query) => {
    const told = valuesIn(Object.values(call.arguments)).filter((value) => value.length > 2 && query.includes(value));
    if (told.length === 0) return query;
    const value = random.pick(told);
    return query.replaceAll(value, () => (/[./]/.test(value) ? inventFileName(random) : inventPhrase(random)));
  });
}

function withQuery(trace: Trace, change: (query: string) => string): Trace {
  const [first, ...rest] = trace.messages;
  return { ...trace, messages: [{ ...first!, content: change(first!.content ?? '') }, ...rest] };
}
