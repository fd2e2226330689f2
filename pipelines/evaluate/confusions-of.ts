import type { Confusions } from '../../core/confusions.ts';
import type { Metrics } from '../../core/metrics.ts';
import { RESPOND } from '../../core/tool.ts';
import type { SystemName } from './system-names.ts';

/** Whose mistakes are worth more data: the first of these that was evaluated, else the first system of all. */
const CHOICE: readonly SystemName[] = ['decoupled', 'monolithic'];

/** The wrong selections of the system of choice, the most frequent first. */
export function confusionsOf({ systems }: Pick<Metrics, 'systems'>): Confusions {
  const name = CHOICE.find((candidate) => candidate in systems) ?? Object.keys(systems)[0];
  const labelled = (label: string) => (label === RESPOND ? null : label);
  return (name === undefined ? [] : systems[name]!.confusion)
    .filter(({ gold, predicted, count }) => gold !== predicted && count > 0)
    .map(({ gold, predicted, count }) => ({ gold: labelled(gold), predicted: labelled(predicted), count }))
    .sort((a, b) => b.count - a.count || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
