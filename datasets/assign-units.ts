import type { Random } from '../core/random.ts';
import type { Split } from '../core/sample.ts';
import type { Pins } from './pins.ts';
import type { Units } from './split-units.ts';
import type { TraceColumns } from './trace-columns.ts';
import type { UnitConflicts } from './unit-conflicts.ts';

/** Shares of the traces that are held out. */
export interface SplitShares {
  validation: number;
  test: number;
}

export interface UnitsToAssign {
  units: Units;
  labelsOf: TraceColumns['labelsOf'];
  conflicts: UnitConflicts;
  /** Of traces that lie somewhere already: their units go there. */
  pins: Pins;
}

/** How far a unit may overshoot the number wanted of a tool, as a share of it. */
const TOLERANCE = 0.25;

/**
 * Deals the units out, so that every tool gets its share of test and validation traces; the rest is for training. Tools with the fewest
 * units choose first, and they choose the units that have the least in common with the other sides.
 * @returns the split of each unit
 */
export function assignUnits(
  { units, labelsOf, conflicts, pins }: UnitsToAssign,
  shares: SplitShares,
  random: Random,
): Split[] {
  const splits = new Map<number, Split>();
  const assign = (unit: number, split: Split) => {
    splits.set(unit, split);
    conflicts.assign(unit, split);
  };
  for (let unit = 0; pins.length > 0 && unit < units.traces.count; unit++) {
    const pinned = units.traces.of(unit).find((trace) => pins[trace] !== undefined);
    if (pinned !== undefined) assign(unit, pins[pinned]!);
  }
  const sizes = sizesByLabel(units, labelsOf);
  for (const [, sizeOf] of [...sizes].sort(([a, m], [b, n]) => m.size - n.size || (a < b ? -1 : 1))) {
    const own = random.shuffle([...sizeOf.keys()]);
    const size = (unit: number) => sizeOf.get(unit)!;
    for (const split of ['test', 'validation'] as const) {
      const wanted = shares[split] === 0 ? 0 : Math.max(1, Math.round(shares[split] * sum(own, size)));
      fill({ own, split, wanted, size, cost: (unit) => conflicts.cost(unit, split) }, splits, assign);
    }
  }
  return Array.from({ length: units.traces.count }, (_, unit) => splits.get(unit) ?? 'train');
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
function fill(
  { own, split, wanted, size, cost }: Wish,
  splits: ReadonlyMap<number, Split>,
  assign: (unit: number, split: Split) => void,
): void {
  const limit = wanted + Math.max(1, TOLERANCE * wanted);
  let have = sum(own, (unit) => (splits.get(unit) === split ? size(unit) : 0));
  while (have < wanted) {
    const free = own.filter((unit) => !splits.has(unit));
    const fitting = free.filter((unit) => have + size(unit) <= limit);
    const chosen = least(fitting, cost) ?? (have === 0 ? least(free, size) : undefined);
    // One unit stays for training in any case: a tool without training data cannot be tested either.
    if (chosen === undefined || free.length < 2) return;
    assign(chosen, split);
    have += size(chosen);
  }
}

/** For each label the units that have it, and in how many of their traces. */
function sizesByLabel({ traces }: Units, labelsOf: TraceColumns['labelsOf']): Map<string, Map<number, number>> {
  const sizes = new Map<string, Map<number, number>>();
  for (let unit = 0; unit < traces.count; unit++) {
    for (const trace of traces.of(unit)) {
      for (const label of labelsOf(trace)) {
        const ofLabel = sizes.get(label) ?? new Map<number, number>();
        ofLabel.set(unit, (ofLabel.get(unit) ?? 0) + 1);
        sizes.set(label, ofLabel);
      }
    }
  }
  return sizes;
}

function sum<T>(items: Iterable<T>, measure: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += measure(item);
  return total;
}

/** The first of the items with the smallest value. */
function least(items: readonly number[], measure: (item: number) => number): number | undefined {
  let best: { item: number; value: number } | undefined;
  for (const item of items) {
    const value = measure(item);
    if (best === undefined || value < best.value) best = { item, value };
  }
  return best?.item;
}
