import type { KeptUnits } from './kept-units.ts';
import { kindMakers } from './kind-makers.ts';
import type { IdentifiedUnit } from './make-units.ts';
import { addedTools, madeAnew } from './trace-basis.ts';
import type { Workshop } from './workshop.ts';

/** Numbers of extra units, beyond those that the settings count and a teacher draws from. */
const FIRST_EXTRA = 100_000;

/**
 * Chains, parallel traces and so on for tools that were added since the kept traces were made: the settings' numbers are used up by what is
 * kept. As many for each tool as it would have had, and as many as were dropped of earlier extra ones.
 */
export function extraUnits(workshop: Workshop, kept: KeptUnits): IdentifiedUnit[] {
  const { tools } = workshop.catalogue;
  const fresh = new Set(madeAnew(kept.unchanged, tools));
  if (fresh.size === 0) return [];
  const added = addedTools(kept, tools).length / tools.length;
  const counts = workshop.settings.synthesize;
  return kindMakers(workshop, ({ tool }) => fresh.has(tool.id)).flatMap(({ name, make }) => {
    if (name === 'respond') return [];
    const numbersOf = (ids: Iterable<string>) =>
      [...ids].filter((id) => id.startsWith(`${name}#`)).map((id) => Number(id.slice(name.length + 1)));
    const isExtra = (number: number) => number >= FIRST_EXTRA;
    const count = Math.round(added * counts[name]) + numbersOf(kept.dropped).filter(isExtra).length;
    const first = 1 + Math.max(FIRST_EXTRA - 1, ...numbersOf([...kept.units.keys(), ...kept.dropped]));
    return Array.from({ length: count }, (_, extra) => ({
      id: `${name}#${first + extra}`,
      name,
      make: () => make(first + extra),
    }));
  });
}
