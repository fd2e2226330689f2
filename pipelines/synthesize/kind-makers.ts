import type { Trace } from '../../core/trace.ts';
import { chainPairs, makeChain } from './chain.ts';
import { canClarify, makeClarify } from './clarify.ts';
import type { ToolModel } from './concepts.ts';
import { makeParallel } from './parallel.ts';
import { makeRecovery, recoverable } from './recovery.ts';
import { makeRespond } from './respond.ts';
import type { Made, Workshop } from './workshop.ts';

/** Makes traces of one kind. */
export interface KindMaker {
  /** As in the settings, which say how many there are to be in all. */
  name: 'chains' | 'respond' | 'parallel' | 'recovery' | 'clarify';
  kind: Trace['provenance']['kind'];
  make(index: number): Promise<Made>;
}

/**
 * The makers of all kinds that are not counted by tool, in the order of the traces; without those for which no tool on offer is fit.
 * @param takesPart tools of which each trace with a call has at least one; absent: any
 */
export function kindMakers(workshop: Workshop, takesPart: (model: ToolModel) => boolean = () => true): KindMaker[] {
  const { models, sandbox } = workshop;
  const executable = models.filter(({ tool }) => sandbox.mayExecute(tool));
  const pairs = chainPairs(executable).filter(({ first, then }) => takesPart(first) || takesPart(then));
  const [recoverables, clear] = [
    recoverable(executable).filter(takesPart),
    models.filter(canClarify).filter(takesPart),
  ];
  const firsts = executable.filter(takesPart);
  const makers: (KindMaker & { of: readonly unknown[] })[] = [
    { name: 'chains', kind: 'chain', of: pairs, make: (index) => makeChain(workshop, pairs, index) },
    { name: 'respond', kind: 'respond', of: models, make: async (index) => makeRespond(workshop, index) },
    {
      name: 'parallel',
      kind: 'parallel',
      of: firsts,
      make: (index) => makeParallel(workshop, { models: executable, firsts }, index),
    },
    {
      name: 'recovery',
      kind: 'recovery',
      of: recoverables,
      make: (index) => makeRecovery(workshop, recoverables, index),
    },
    { name: 'clarify', kind: 'clarify', of: clear, make: (index) => makeClarify(workshop, clear, index) },
  ];
  return makers.filter(({ of }) => of.length > 0);
}
