import type { Confusions } from '../../core/confusions.ts';
import type { Trace } from '../../core/trace.ts';
import { alikeTools } from './alike-tools.ts';
import { contrastUnits } from './contrast.ts';
import { kindMakers } from './kind-makers.ts';
import { makeSingle } from './single.ts';
import type { NamedMade } from './teacher/make-ahead.ts';
import { makeVerified } from './verify/make-verified.ts';
import type { Verifier } from './verify/verifier.ts';
import type { Made, Workshop } from './workshop.ts';

/** One trace to be made. */
export interface Unit {
  name: string;
  make(): Promise<Made>;
}

/**
 * All traces in their order: the tools', the chains, those without a call; several wishes, wrong values, values left out; then those for tools
 * that are alike, or were confused.
 */
export function planUnits(workshop: Workshop, confusions: Confusions = []): Unit[] {
  const { models } = workshop;
  const counts = workshop.settings.synthesize;
  const alike = counts.confusable === 0 ? [] : alikeTools(models.map(({ tool }) => tool));
  return [
    ...models.flatMap((model) =>
      unitsOf(model.tool.id, counts.tracesPerTool, (index) => makeSingle(workshop, model, index)),
    ),
    ...kindMakers(workshop).flatMap(({ name, make }) => unitsOf(name, counts[name], make)),
    ...contrastUnits(workshop, { purpose: 'confusable', pairs: alike, traces: counts.confusable }),
    ...contrastUnits(workshop, { purpose: 'focus', pairs: confusions, traces: counts.focus?.traces ?? 0 }),
  ];
}

function unitsOf(name: string, count: number, make: (index: number) => Promise<Made>): Unit[] {
  return Array.from({ length: count }, (_, index) => ({ name, make: () => make(index) }));
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
