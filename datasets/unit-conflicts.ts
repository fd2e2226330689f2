import type { Split } from '../core/sample.ts';
import { type Buckets, intoBuckets } from './buckets.ts';
import { NumberColumn } from './number-column.ts';
import type { Units } from './split-units.ts';
import type { TraceColumns } from './trace-columns.ts';

/** What units have in common with others: equal calls and near-duplicate queries. */
export interface UnitConflicts {
  /** How much a unit has in common with those that do not lie in a split, for each of its traces. */
  cost(unit: number, split: Split): number;
  assign(unit: number, split: Split): void;
}

export function unitConflicts({ traces, of }: Units, columns: TraceColumns, similar: Buckets): UnitConflicts {
  const uses = usesOf(traces, columns);
  const all = new Float64Array(traces.count);
  for (let unit = 0; unit < traces.count; unit++) {
    for (const call of uses.calls.of(unit)) all[unit]! += uses.counts[call]!;
    for (const trace of traces.of(unit)) {
      all[unit]! -= columns.callsOf.of(trace).length;
      for (const other of similar.of(trace)) if (of[other] !== unit) all[unit]! += 1;
    }
  }
  const sides = new Map<Split, { uses: Uint32Array; similar: Uint32Array }>();
  const sideOf = (split: Split) => {
    const known = sides.get(split);
    const side = known ?? {
      uses: new Uint32Array(uses.counts.length),
      similar: new Uint32Array(traces.count),
    };
    if (known === undefined) sides.set(split, side);
    return side;
  };
  return {
    cost(unit, split) {
      const side = sideOf(split);
      let common = all[unit]! - side.similar[unit]!;
      for (const call of uses.calls.of(unit)) common -= side.uses[call]!;
      return common / traces.of(unit).length;
    },
    assign(unit, split) {
      const side = sideOf(split);
      for (const trace of traces.of(unit)) {
        for (const call of columns.callsOf.of(trace)) side.uses[call]! += 1;
        for (const other of similar.of(trace)) side.similar[of[other]!]! += 1;
      }
    },
  };
}

/** The different calls of each unit, and how many of all units' traces make each call. */
function usesOf(traces: Buckets, { callsOf, tracesOf }: TraceColumns): { calls: Buckets; counts: Uint32Array } {
  const counts = new Uint32Array(tracesOf.count);
  const seenBy = new Int32Array(tracesOf.count).fill(-1);
  const [units, calls] = [new NumberColumn(), new NumberColumn()];
  for (let unit = 0; unit < traces.count; unit++) {
    for (const trace of traces.of(unit)) {
      for (const call of callsOf.of(trace)) {
        counts[call]! += 1;
        if (seenBy[call] === unit) continue;
        seenBy[call] = unit;
        units.push(unit);
        calls.push(call);
      }
    }
  }
  return { calls: intoBuckets(traces.count, units.values, calls.values), counts };
}
