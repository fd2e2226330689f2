import { type Assignment, PRIORITY, weightOf } from './assignment.ts';
import { NEARLY_LIKE, splitOf } from './fate.ts';
import { shrinkingHeap } from './shrinking-heap.ts';

/** Near-duplicates on two sides: the trace with the most of them for its weight goes first, until none is left. */
export function dropSimilarQueries({ columns, members, similar, fates, shares, pins }: Assignment): void {
  const sides = Uint8Array.from({ length: fates.length }, (_, trace) => PRIORITY.indexOf(splitOf(fates[trace]!)!) + 1);
  const weights = [0, ...PRIORITY.map((split) => weightOf(split, shares))];
  const isConflict = (a: number, b: number) => sides[a] !== 0 && sides[b] !== 0 && sides[a] !== sides[b];
  const conflicts = new Uint32Array(columns.count);
  for (const trace of members) {
    for (const other of similar.of(trace)) if (isConflict(trace, other)) conflicts[trace]! += 1;
  }
  const cost = (trace: number) => conflicts[trace]! / weights[sides[trace]!]!;
  const heap = shrinkingHeap(
    members.filter((trace) => conflicts[trace]! > 0 && pins[trace] === undefined),
    cost,
    (a, b) => sides[a]! - sides[b]! || b - a,
  );
  for (let worst = heap.pop(); worst !== undefined && conflicts[worst]! > 0; worst = heap.pop()) {
    const others = similar.of(worst).filter((other) => isConflict(worst!, other));
    const side = PRIORITY[Math.min(...others.map((other) => sides[other]!)) - 1]!;
    fates[worst] = `${NEARLY_LIKE} a ${side} trace`;
    sides[worst] = 0;
    for (const other of others) conflicts[other]! -= 1;
  }
}
