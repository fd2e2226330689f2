import type { Confusions } from '../../core/confusions.ts';
import { alikeTools } from './alike-tools.ts';
import { contrastUnits } from './contrast.ts';
import { kindMakers } from './kind-makers.ts';
import { makeSingle } from './single.ts';
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
