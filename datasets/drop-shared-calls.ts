import type { Split } from '../core/sample.ts';
import { type Assignment, PRIORITY, shareOf, weightOf } from './assignment.ts';
import { countLabels } from './count-labels.ts';
import { type Fate, splitOf } from './fate.ts';

/** Each call that stands on several sides goes to the side where most weight is kept, above all where a tool lacks traces. */
export function dropSharedCalls(assignment: Assignment): void {
  const { columns, fates, shares, pins } = assignment;
  const groups = crossingGroups(assignment);
  const needs = needOf(assignment, groups);
  for (const group of groups) {
    const left = [...group].filter((trace) => splitOf(fates[trace]!) !== undefined);
    const value = (split: Split) => {
      const kept = left.filter((trace) => fates[trace] === split);
      return kept.reduce(
        (sum, trace) => sum + weightOf(split, shares) * needs.factor(split, columns.labelsOf(trace)),
        0,
      );
    };
    const values = new Map(PRIORITY.map((split) => [split, value(split)]));
    const heaviest = PRIORITY.reduce((best, split) => (values.get(split)! > values.get(best)! ? split : best));
    const winner = left.map((trace) => pins[trace]).find((side) => side !== undefined) ?? heaviest;
    for (const trace of left) {
      if (fates[trace] === winner) needs.keep(winner, columns.labelsOf(trace));
      else fates[trace] = `split: makes the same call as a ${winner} trace`;
    }
  }
}

/** The traces that make the same call on different sides, the largest groups first. */
function crossingGroups({ columns, fates }: Assignment): Uint32Array[] {
  const groups: Uint32Array[] = [];
  for (let call = 0; call < columns.tracesOf.count; call++) {
    const group = columns.tracesOf.of(call);
    if (isCrossing(group, fates)) groups.push(group.filter((trace) => splitOf(fates[trace]!) !== undefined));
  }
  return groups.sort((a, b) => b.length - a.length || a[0]! - b[0]!);
}

function isCrossing(group: Uint32Array, fates: readonly Fate[]): boolean {
  let side: Split | undefined;
  for (const trace of group) {
    const split = splitOf(fates[trace]!);
    if (side !== undefined && split !== undefined && split !== side) return true;
    side ??= split;
  }
  return false;
}

/** Keeps count of what each tool has on each side; a side that lacks a tool's traces needs them up to twice as much. */
function needOf({ columns, members, fates, shares }: Assignment, groups: readonly Uint32Array[]) {
  const contested = new Uint8Array(columns.count);
  for (const group of groups) for (const trace of group) contested[trace] = 1;
  const sure = (split: Split) =>
    countLabels(
      members.filter((trace) => fates[trace] === split && contested[trace] === 0),
      columns.labelsOf,
    );
  const counts = { test: sure('test'), validation: sure('validation'), train: sure('train') };
  const totals = countLabels(members, columns.labelsOf);
  const lack = (split: Split, label: string) =>
    1 - (counts[split].get(label) ?? 0) / Math.max(1, shareOf(split, shares) * totals.get(label)!);
  return {
    factor: (split: Split, labels: readonly string[]) => 1 + Math.max(0, ...labels.map((label) => lack(split, label))),
    keep: (split: Split, labels: readonly string[]) => {
      for (const label of labels) counts[split].set(label, (counts[split].get(label) ?? 0) + 1);
    },
  };
}
