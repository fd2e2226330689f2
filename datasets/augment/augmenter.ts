import { seededRandom } from '../../core/random.ts';
import type { Augmentation } from '../../core/sample.ts';
import type { Tool } from '../../core/tool.ts';
import type { Trace } from '../../core/trace.ts';
import { putBetween } from '../put-between.ts';
import { drawMask, type Mask } from './mask.ts';

/** How training traces are made harder. */
export interface AugmentOptions {
  /** Share of the traces whose names are masked. */
  maskNames: number;
  /** Other servers' tools, how many of them are put on offer, and in which share of the traces; empty `from`: none. */
  distractors: { from: readonly Tool[]; tools: number; share: number };
  /** How many masks, and how many sets of distractors, there are. */
  sets: number;
  seed: number;
}

/** A trace as a sample shows it. */
export interface TraceView {
  trace: Trace;
  /** By id, those of the trace at least. */
  tools: ReadonlyMap<string, Tool>;
  mask?: Mask;
}

/** Makes training traces harder, between traces and samples. */
export interface Augmenter {
  /** What is done to a trace; follows from the seed and its id alone. `undefined`: nothing. */
  draw(trace: Trace): Augmentation | undefined;
  /** The trace with that done to it. */
  view(trace: Trace, how: Augmentation): TraceView;
}

/** @param own the catalogue's tools */
export function augmenter(own: readonly Tool[], options: AugmentOptions): Augmenter {
  const { maskNames, sets, seed } = options;
  const { from, tools, share } = options.distractors;
  const all = [...own, ...from];
  const real = new Map(all.map((tool) => [tool.id, tool]));
  const random = (...parts: (string | number)[]) => seededRandom(seed, 'augment', ...parts);
  const masks = remember((set) => drawMask(all, random('mask', set)));
  const chosen = remember((set) =>
    random('distractors', set)
      .sample(from, tools)
      .map(({ id }) => id),
  );
  const offer = (trace: Trace, set: number): Trace => ({
    ...trace,
    // The places follow from the number of tools alone, so that traces with the same offer share their prompt.
    tools: putBetween(trace.tools, chosen(set), random('places', set)),
  });
  return {
    draw(trace) {
      const own = random('trace', trace.id);
      const [masked, more, set] = [own.chance(maskNames), own.chance(from.length > 0 ? share : 0), own.int(sets)];
      const isMasked = masked && masks(set).fits(trace);
      if (!isMasked && !more) return undefined;
      return { ...(isMasked && { mask: set }), ...(more && { distractors: set }) };
    },
    view(trace, { mask: number, distractors }) {
      const offered = distractors === undefined ? trace : offer(trace, distractors);
      if (number === undefined) return { trace: offered, tools: real };
      const mask = masks(number);
      return { trace: mask.trace(offered), tools: mask.tools, mask };
    },
  };
}

function remember<T>(make: (set: number) => T): (set: number) => T {
  const known = new Map<number, T>();
  return (set) => {
    const value = known.get(set) ?? make(set);
    known.set(set, value);
    return value;
  };
}
