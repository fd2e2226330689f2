import type { Bundle } from '../../../core/bundle.ts';
import type { Metrics } from '../../../core/metrics.ts';
import { RESPOND } from '../../../core/tool.ts';
import type { EvaluatedSystem } from '../evaluated-systems.ts';
import { type AdapterCost, type AdapterWorth, adapterWorth, writingSystems } from './adapter-worth.ts';
import { compareParts, type PartDifference } from './compare-parts.ts';
import { compareSystems, type TestedDifference } from './compare-systems.ts';
import { countErrors, type ErrorCounts } from './count-errors.ts';
import type { PredictionRow } from './prediction-row.ts';
import { type SelectionQuality, selectionQuality } from './selection-quality.ts';
import { type StepCost, stepCosts } from './step-costs.ts';

/** What the predictions say beyond `metrics.json`. */
export interface ReportStatistics {
  differences: TestedDifference[];
  /** The last system against the others. */
  tools: PartDifference[];
  groups: PartDifference[];
  selection: SelectionQuality[];
  errors: ErrorCounts;
  costs: StepCost[];
  worth: AdapterWorth[];
}

/** @param about.bundle absent: nothing is known of adapters */
export function reportStatistics(
  bySystem: ReadonlyMap<string, readonly PredictionRow[]>,
  { differences, seed }: Pick<Metrics, 'differences' | 'seed'>,
  { systems, bundle, cost }: { systems: readonly EvaluatedSystem[]; bundle?: Bundle; cost: AdapterCost },
): ReportStatistics {
  const last = [...bySystem.keys()].at(-1)!;
  return {
    differences: compareSystems(bySystem, differences, seed),
    tools: compareParts(bySystem, last, ({ tool }) => tool ?? RESPOND),
    groups: compareParts(bySystem, last, ({ group }) => group),
    selection: selectionQuality(bySystem),
    errors: countErrors(bySystem),
    costs: stepCosts(bySystem),
    worth: bundle ? adapterWorth(bySystem, bundle, { systems: writingSystems(systems), cost }) : [],
  };
}
