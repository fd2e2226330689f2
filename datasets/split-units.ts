import type { Split } from '../core/sample.ts';
import { type Buckets, intoBuckets } from './buckets.ts';
import { countLabels } from './count-labels.ts';
import { type DisjointSets, disjointSets } from './disjoint-sets.ts';
import type { Pins } from './pins.ts';
import type { TraceColumns } from './trace-columns.ts';

/** A unit with a larger share of a tool's traces would leave too little choice for a balanced split. */
const MAX_SHARE = 0.15;
const MIN_LIMIT = 2;

/** Traces by what they are put together in. */
export interface Units {
  /** The traces of each unit, ascending. */
  traces: Buckets;
  /** The unit of each trace that takes part. */
  of: Uint32Array;
}

/**
 * Puts traces that must or should lie on one side of the split together. A family is never broken; families that are tied by near-duplicate
 * queries or by equal calls stay together as long as the unit stays small, and none of them lies elsewhere already.
 */
export function splitUnits(columns: TraceColumns, members: Uint32Array, similar: Buckets, pins: Pins): Units {
  const [families, all] = [disjointSets(columns.count), disjointSets(columns.count)];
  const tieFamily = tie(families, columns.families.count);
  const tieAll = { family: tie(all, columns.families.count), call: tie(all, columns.tracesOf.count) };
  for (const trace of members) {
    tieFamily(columns.families.of[trace]!, trace);
    tieAll.family(columns.families.of[trace]!, trace);
    for (const call of columns.callsOf.of(trace)) tieAll.call(call, trace);
    for (const other of similar.of(trace)) all.union(trace, other);
  }
  const broken = largeGroups(columns, members, all);
  addDivided(broken, members, all, pins);
  return numberUnits(columns.count, members, (trace) => {
    const group = all.find(trace);
    return [group, broken.has(group) ? families.find(trace) : group];
  });
}

/** Ties each item to the first one of the same key. */
function tie(sets: DisjointSets, keys: number): (key: number, item: number) => void {
  const first = new Int32Array(keys).fill(-1);
  return (key, item) => {
    if (first[key] === -1) first[key] = item;
    else sets.union(first[key]!, item);
  };
}

function largeGroups({ labelsOf }: TraceColumns, members: Uint32Array, groups: DisjointSets): Set<number> {
  const totals = countLabels(members, labelsOf);
  const counts = new Map([...totals.keys()].map((label) => [label, new Map<number, number>()]));
  const large = new Set<number>();
  for (const trace of members) {
    const group = groups.find(trace);
    for (const label of labelsOf(trace)) {
      const ofLabel = counts.get(label)!;
      const count = (ofLabel.get(group) ?? 0) + 1;
      ofLabel.set(group, count);
      if (count > Math.max(MIN_LIMIT, MAX_SHARE * totals.get(label)!)) large.add(group);
    }
  }
  return large;
}

/** Groups whose traces lie on several sides already. */
function addDivided(broken: Set<number>, members: Uint32Array, groups: DisjointSets, pins: Pins): void {
  const sides = new Map<number, Split>();
  for (const trace of members) {
    const side = pins[trace];
    if (side === undefined) continue;
    const group = groups.find(trace);
    if ((sides.get(group) ?? side) !== side) broken.add(group);
    sides.set(group, side);
  }
}

/** Units in the order of their groups' first traces, within a group in that of their own. */
function numberUnits(count: number, members: Uint32Array, keysOf: (trace: number) => [group: number, unit: number]) {
  const firsts = new Map<number, number>();
  for (const trace of members) {
    const [group, unit] = keysOf(trace);
    firsts.set(unit, group);
  }
  const ordered = [...firsts].sort(([unitA, groupA], [unitB, groupB]) => groupA - groupB || unitA - unitB);
  const numbers = new Map(ordered.map(([unit], number) => [unit, number]));
  const of = new Uint32Array(count);
  for (const trace of members) of[trace] = numbers.get(keysOf(trace)[1])!;
  return {
    traces: intoBuckets(
      numbers.size,
      Uint32Array.from(members, (trace) => of[trace]!),
      members,
    ),
    of,
  };
}
