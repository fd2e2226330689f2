import type { Random } from '../core/random.ts';
import type { Split } from '../core/sample.ts';
import { countLabels } from './count-labels.ts';
import type { TraceEntry } from './trace-entry.ts';

/** Shares of the traces that are held out. */
export interface SplitShares {
  validation: number;
  test: number;
}

export interface UnitsToAssign {
  /** Positions of the traces of each unit. */
  units: readonly (readonly number[])[];
  entries: readonly TraceEntry[];
  /** For each unit, what it has in common with others. */
  conflicts: readonly ReadonlyMap<number, number>[];
}

/** How far a unit may overshoot the number wanted of a tool, as a share of it. */
const TOLERANCE = 0.25;

/**
 * Deals the units out, so that every tool gets its share of test and validation traces; the rest is for training. Tools with the fewest
 * units choose first, and they choose the units that have the least in common with the other sides.
 * @returns the split of each unit
 */
export function assignUnits(
  { units, entries, conflicts }: UnitsToAssign,
  shares: SplitShares,
  random: Random,
): Split[] {
  const labelsOf = units.map((unit) => countLabels(unit.map((position) => entries[position]!)));
  const splits = new Map<number, Split>();
  const cost = (unit: number, split: Split) =>
    sum(conflicts[unit]!, ([other, weight]) => (splits.get(other) === split ? 0 : weight)) / units[unit]!.length;
  const unitsOf = groupByLabel(labelsOf);
  for (const [label, all] of [...unitsOf].sort(([a, m], [b, n]) => m.length - n.length || (a < b ? -1 : 1))) {
    const own = random.shuffle(all);
    const size = (unit: number) => labelsOf[unit]!.get(label)!;
    for (const split of ['test', 'validation'] as const) {
      const wanted = shares[split] === 0 ? 0 : Math.max(1, Math.round(shares[split] * sum(own, size)));
      fill({ own, split, wanted, size, cost: (unit) => cost(unit, split) }, splits);
    }
  }
  return units.map((_, unit) => splits.get(unit) ?? 'train');
}

interface Wish {
  /** The units of one tool. */
  own: readonly number[];
  split: Split;
  /** How many of the tool's traces the split should have. */
  wanted: number;
  size: (unit: number) => number;
  cost: (unit: number) => number;
}

/** Puts units of one tool into a split until it has enough of them. */
function fill({ own, split, wanted, size, cost }: Wish, splits: Map<number, Split>): void {
  const limit = wanted + Math.max(1, TOLERANCE * wanted);
  let have = sum(own, (unit) => (splits.get(unit) === split ? size(unit) : 0));
  while (have < wanted) {
    const free = own.filter((unit) => !splits.has(unit));
    const fitting = free.filter((unit) => have + size(unit) <= limit);
    const chosen = least(fitting, cost) ?? (have === 0 ? least(free, size) : undefined);
    // One unit stays for training in any case: a tool without training data cannot be tested either.
    if (chosen === undefined || free.length < 2) return;
    splits.set(chosen, split);
    have += size(chosen);
  }
}

function groupByLabel(labelsOf: readonly ReadonlyMap<string, number>[]): Map<string, number[]> {
  const units = new Map<string, number[]>();
  for (const [unit, labels] of labelsOf.entries()) {
    for (const label of labels.keys()) units.set(label, [...(units.get(label) ?? []), unit]);
  }
  return units;
}

function sum<T>(items: Iterable<T>, measure: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += measure(item);
  return total;
}

/** The first of the items with the smallest value. */
function least(items: readonly number[], measure: (item: number) => number): number | undefined {
  const values = items.map(measure);
  return items[values.indexOf(Math.min(...values))];
}
