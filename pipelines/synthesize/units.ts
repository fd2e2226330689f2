import type { Confusions } from '../../core/confusions.ts';
import type { Trace } from '../../core/trace.ts';
import { alikeTools } from './alike-tools.ts';
import { chainPairs, makeChain } from './chain.ts';
import { canClarify, makeClarify } from './clarify.ts';
import { contrastUnits } from './contrast.ts';
import { makeParallel } from './parallel.ts';
import { makeRecovery, recoverable } from './recovery.ts';
import { makeRespond } from './respond.ts';
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
  const { tracesPerTool, chains, respond, parallel, recovery, clarify, confusable, focus } =
    workshop.settings.synthesize;
  const { models } = workshop;
  const executable = models.filter(({ tool }) => workshop.sandbox.mayExecute(tool));
  const recoverables = recoverable(executable);
  const clear = models.filter(canClarify);
  const pairs = chainPairs(executable);
  const times = (name: string, count: number, of: readonly unknown[], make: (index: number) => Promise<Made>): Unit[] =>
    Array.from({ length: of.length === 0 ? 0 : count }, (_, index) => ({ name, make: () => make(index) }));
  const alike = confusable === 0 ? [] : alikeTools(models.map(({ tool }) => tool));
  return [
    ...models.flatMap((model) =>
      times(model.tool.id, tracesPerTool, [model], (index) => makeSingle(workshop, model, index)),
    ),
    ...times('chains', chains, pairs, (index) => makeChain(workshop, pairs, index)),
    ...times('respond', respond, models, async (index) => makeRespond(workshop, index)),
    ...times('parallel', parallel, executable, (index) => makeParallel(workshop, executable, index)),
    ...times('recovery', recovery, recoverables, (index) => makeRecovery(workshop, recoverables, index)),
    ...times('clarify', clarify, clear, (index) => makeClarify(workshop, clear, index)),
    ...contrastUnits(workshop, { purpose: 'confusable', pairs: alike, traces: confusable }),
    ...contrastUnits(workshop, { purpose: 'focus', pairs: confusions, traces: focus?.traces ?? 0 }),
  ];
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
