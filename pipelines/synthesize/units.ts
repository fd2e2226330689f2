import { chainPairs, makeChain } from './chain.ts';
import { makeRespond } from './respond.ts';
import { makeSingle } from './single.ts';
import type { Made, Workshop } from './workshop.ts';

/** One trace to be made. */
export interface Unit {
  name: string;
  make(): Promise<Made>;
}

/** All traces in their order: the tools', the chains, those without a call. */
export function planUnits(workshop: Workshop): Unit[] {
  const { tracesPerTool, chains, respond } = workshop.settings.synthesize;
  const pairs = chainPairs(workshop.models.filter(({ tool }) => workshop.sandbox.mayExecute(tool)));
  const times = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, index) => make(index));
  return [
    ...workshop.models.flatMap((model) =>
      times(tracesPerTool, (index) => ({ name: model.tool.id, make: () => makeSingle(workshop, model, index) })),
    ),
    ...times(pairs.length === 0 ? 0 : chains, (index) => ({
      name: 'chains',
      make: () => makeChain(workshop, pairs, index),
    })),
    ...times(respond, (index) => ({ name: 'respond', make: async () => makeRespond(workshop, index) })),
  ];
}
