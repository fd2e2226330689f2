import type { Split } from '../core/sample.ts';
import { type Assignment, PRIORITY, shareOf, weightOf } from './assignment.ts';
import { countLabels } from './count-labels.ts';
import type { TraceEntry } from './trace-entry.ts';

/** Each call that stands on several sides goes to the side where most weight is kept, above all where a tool lacks traces. */
export function dropSharedCalls(assignment: Assignment, dropped: Map<number, string>): void {
  const { entries, splits, shares } = assignment;
  const groups = crossingGroups(assignment);
  const needs = needOf(assignment, new Set(groups.flat()));
  for (const group of groups) {
    const left = group.filter((position) => !dropped.has(position));
    const value = (split: Split) => {
      const kept = left.filter((position) => splits[position] === split);
      return kept.reduce((sum, position) => sum + weightOf(split, shares) * needs.factor(split, entries[position]!), 0);
    };
    const winner = PRIORITY.reduce((best, split) => (value(split) > value(best) ? split : best));
    for (const position of left) {
      if (splits[position] === winner) needs.keep(winner, entries[position]!);
      else dropped.set(position, `split: makes the same call as a ${winner} trace`);
    }
  }
}

/** Positions of the traces that make the same call on different sides, the largest groups first. */
function crossingGroups({ entries, splits }: Assignment): number[][] {
  const uses = entries.flatMap(({ calls }, position) => calls.map((call) => ({ call, position })));
  return [...Map.groupBy(uses, ({ call }) => call).values()]
    .map((group) => group.map(({ position }) => position))
    .filter((group) => new Set(group.map((position) => splits[position])).size > 1)
    .sort((a, b) => b.length - a.length || a[0]! - b[0]!);
}

/** Keeps count of what each tool has on each side; a side that lacks a tool's traces needs them up to twice as much. */
function needOf({ entries, splits, shares }: Assignment, contested: ReadonlySet<number>) {
  const sure = (split: Split) =>
    countLabels(entries.filter((_, position) => splits[position] === split && !contested.has(position)));
  const counts = { test: sure('test'), validation: sure('validation'), train: sure('train') };
  const totals = countLabels(entries);
  const lack = (split: Split, label: string) =>
    1 - (counts[split].get(label) ?? 0) / Math.max(1, shareOf(split, shares) * totals.get(label)!);
  return {
    factor: (split: Split, { labels }: TraceEntry) => 1 + Math.max(0, ...labels.map((label) => lack(split, label))),
    keep: (split: Split, { labels }: TraceEntry) => {
      for (const label of labels) counts[split].set(label, (counts[split].get(label) ?? 0) + 1);
    },
  };
}
