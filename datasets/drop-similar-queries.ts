import { type Assignment, PRIORITY, weightOf } from './assignment.ts';

/** Near-duplicates on two sides: the trace with the most of them for its weight goes first, until none is left. */
export function dropSimilarQueries(assignment: Assignment, dropped: Map<number, string>): void {
  const { splits, shares } = assignment;
  const conflicts = crossingPairs(assignment, dropped);
  const cost = (position: number) => conflicts.get(position)!.size / weightOf(splits[position]!, shares);
  const worse = (a: number, b: number) =>
    cost(a) - cost(b) || PRIORITY.indexOf(splits[a]!) - PRIORITY.indexOf(splits[b]!) || b - a;
  while (conflicts.size > 0) {
    const worst = [...conflicts.keys()].reduce((best, position) => (worse(position, best) > 0 ? position : best));
    const others = conflicts.get(worst)!;
    const sides = new Set([...others].map((other) => splits[other]!));
    dropped.set(worst, `split: its query is nearly that of a ${PRIORITY.find((split) => sides.has(split))} trace`);
    conflicts.delete(worst);
    for (const other of others) {
      const rest = conflicts.get(other)!;
      rest.delete(worst);
      if (rest.size === 0) conflicts.delete(other);
    }
  }
}

/** For each trace, the near-duplicates that it has on other sides. */
function crossingPairs({ pairs, splits }: Assignment, dropped: ReadonlyMap<number, string>): Map<number, Set<number>> {
  const conflicts = new Map<number, Set<number>>();
  const add = (from: number, to: number) => conflicts.set(from, (conflicts.get(from) ?? new Set()).add(to));
  for (const { a, b } of pairs) {
    if (splits[a] === splits[b] || dropped.has(a) || dropped.has(b)) continue;
    add(a, b);
    add(b, a);
  }
  return conflicts;
}
