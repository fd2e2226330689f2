import type { Confusions } from '../../core/confusions.ts';
import { RESPOND } from '../../core/tool.ts';
import { apportion } from './apportion.ts';
import { makeRespond } from './respond.ts';
import { makeSingle } from './single.ts';
import type { Unit } from './units.ts';
import type { Workshop } from './workshop.ts';

export interface Contrast {
  /** Begins the ids of the traces, and names their random stream. */
  purpose: 'focus' | 'confusable';
  pairs: Confusions;
  /** How many traces there are to be. */
  traces: number;
}

/** Extra traces in hard wording for tools that are mistaken for one another: in proportion to the counts, half of each pair's for either tool. */
export function contrastUnits(workshop: Workshop, { purpose, pairs, traces }: Contrast): Unit[] {
  const models = new Map(workshop.models.map((model) => [model.tool.id, model]));
  const shares = apportion(weightsOf(pairs, new Set([...models.keys(), RESPOND])), traces);
  return [...shares].flatMap(([label, count]) =>
    Array.from({ length: count }, (_, index) => ({
      name: `${purpose}: ${label}`,
      make: async () =>
        label === RESPOND
          ? makeRespond(workshop, index, purpose)
          : makeSingle(workshop, models.get(label)!, index, purpose),
    })),
  );
}

/** What is no tool of the catalogue (any more) leaves its half to the other side. */
function weightsOf(pairs: Confusions, known: ReadonlySet<string>): Map<string, number> {
  const weights = new Map<string, number>();
  for (const { gold, predicted, count } of pairs) {
    if (gold === predicted) continue;
    const sides = [gold ?? RESPOND, predicted ?? RESPOND].filter((label) => known.has(label));
    for (const label of sides) weights.set(label, (weights.get(label) ?? 0) + count / sides.length);
  }
  return weights;
}
